/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registry items of Group Policy preferences as their XML has them, without
 * their meaning.  Reading and writing keeps every item, whether it is about our
 * settings or not.
 *
 *	<RegistrySettings clsid="{A3CCFC41-...}">
 *	  <Collection clsid="{53B533F5-...}" name="a folder of items">
 *	    <Registry clsid="{9CD4B2F4-...}" name="label" status="value name"
 *	              image="7" changed="2026-01-02 3:04:05" uid="{GUID}">
 *	      <Properties action="U" displayDecimal="0" default="0"
 *	                  hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\..."
 *	                  name="DnsDomainPublishList" type="REG_MULTI_SZ"
 *	                  value="one two">
 *	        <Values><Value>one</Value><Value>two</Value></Values>
 *	      </Properties>
 *	      <Filters>...</Filters>
 *
 * A file dragged out of the editor has a <Collection> as its root.  Source:
 * [MS-GPPREF] 2.2.1.17 for everything but <Values>, which it does not mention:
 * that holds the strings of a list, while "value" has them joined by a blank
 * and cannot be split again.
 */
#ifndef POLICY_GPP_H
#define POLICY_GPP_H

#include "policy/format/format.h"

#define SPP_GPP_SETTINGS   "{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}"
#define SPP_GPP_COLLECTION "{53B533F5-224C-47e3-B01B-CA3B3F3FF4BF}"
#define SPP_GPP_REGISTRY   "{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}"

#define SPP_GPP_ITEMS_MAX   16384
#define SPP_GPP_STRINGS_MAX 65536 /* of all items' lists together */

/* Attributes of <Registry>, in the order of writing. */
enum spp_gpp_attribute {
	SPP_GPP_LABEL, /* "name" */
	SPP_GPP_STATUS,
	SPP_GPP_IMAGE,
	SPP_GPP_CHANGED,
	SPP_GPP_UID,
	SPP_GPP_DESC,
	SPP_GPP_BYPASS_ERRORS,
	SPP_GPP_USER_CONTEXT,
	SPP_GPP_REMOVE_POLICY,
	SPP_GPP_DISABLED,
};
#define SPP_GPP_ATTRIBUTES (SPP_GPP_DISABLED + 1)

/* Attributes of <Properties>, in the order of writing. */
enum spp_gpp_property {
	SPP_GPP_ACTION,
	SPP_GPP_DECIMAL,
	SPP_GPP_DEFAULT,
	SPP_GPP_HIVE,
	SPP_GPP_KEY,
	SPP_GPP_NAME,
	SPP_GPP_TYPE,
	SPP_GPP_VALUE,
	SPP_GPP_BITFIELD,
	SPP_GPP_DEFAULT_VALUE,
};
#define SPP_GPP_PROPERTIES (SPP_GPP_DEFAULT_VALUE + 1)

struct spp_gpp_item {
	char *attribute[SPP_GPP_ATTRIBUTES]; /* NULL if absent */
	char *property[SPP_GPP_PROPERTIES];
	char **string; /* of <Values> */
	size_t strings;
	bool has_values; /* <Values> exists, maybe empty */
	bool off;	 /* disabled, itself or by its collection */
	char *limit; /* why it does not apply to all machines, in words; or NULL */
	size_t line;
};

struct spp_gpp {
	struct spp_gpp_item *item;
	size_t count;
	size_t strings;	  /* of all items */
	char *collection; /* name of the root to write, or NULL */
};

#define SPP_GPP_INIT         \
	{                    \
		.item = NULL \
	}

void spp_gpp_release(struct spp_gpp *gpp);

extern const char *const spp_gpp_attributes[SPP_GPP_ATTRIBUTES];
extern const char *const spp_gpp_properties[SPP_GPP_PROPERTIES];

/* Appends an empty item; *item is valid until the next call. */
enum spp_status spp_gpp_add(struct spp_gpp *gpp, struct spp_gpp_item **item,
			    struct spp_error *err);
/* Appends to the <Values> of the last item. */
enum spp_status spp_gpp_add_string(struct spp_gpp *gpp, const char *text,
				   struct spp_error *err);
/* Replaces an attribute or property. */
enum spp_status spp_gpp_set(char **slot, const char *text,
			    struct spp_error *err);
/* Adds a reason why the item does not apply to all machines. */
enum spp_status spp_gpp_limit(struct spp_gpp_item *item, const char *why,
			      struct spp_error *err);

struct spp_xml_reader;

/*
 * Reads the <RegistrySettings> or <Collection> that was just opened, to its
 * end.  Collections are dissolved: what they say about all their items is
 * recorded in each.  Unknown elements are foreign.
 */
enum spp_status spp_gpp_read(struct spp_xml_reader *xml, bool off,
			     struct spp_gpp *gpp, struct spp_import *import,
			     struct spp_error *err);

/* Which program's layout to imitate. */
struct spp_gpp_flavour {
	const char *name;
	bool mark;	   /* UTF-8's mark at the start */
	bool spaced_bytes; /* REG_BINARY as "00 0f ff", not "000FFF" */
	bool type_images; /* the icon depends on the type, not only on the action */
	bool padded_hours; /* in "changed" */
	bool disabled;	   /* writes disabled="0" */
	bool decimal;	   /* displayDecimal="1" for numbers */
	const char *close; /* text before the end of an empty element */
	const char *first, *between, *properties, *item_end, *values, *value,
		*values_end, *properties_end, *group_end, *last;
};

/* Finds a flavour by name, the first for NULL; SPP_USAGE if unknown. */
enum spp_status spp_gpp_flavour_find(const char *name,
				     const struct spp_gpp_flavour **flavour,
				     struct spp_error *err);

/* SPP_INVALID if XML cannot hold a text. */
enum spp_status spp_gpp_write(const struct spp_gpp *gpp,
			      const struct spp_gpp_flavour *flavour,
			      struct spp_buf *out, struct spp_error *err);

/* Takes the items into a policy that may have wishes already; later ones win. */
enum spp_status spp_gpp_take(const struct spp_gpp *gpp,
			     const struct spp_input *in,
			     struct spp_policy *policy,
			     struct spp_import *import, struct spp_error *err);
/* A Registry.xml, from its root to its end. */
enum spp_status spp_gpp_read_file(const struct spp_input *in,
				  struct spp_gpp *gpp,
				  struct spp_import *import,
				  struct spp_error *err);

/* Between items and a document; these know the meaning. */
enum spp_status spp_gpp_to_document(const struct spp_gpp *gpp,
				    const struct spp_input *in,
				    struct spp_document *document,
				    struct spp_import *import,
				    struct spp_error *err);
enum spp_status spp_gpp_from_document(const struct spp_document *document,
				      const struct spp_export *options,
				      const struct spp_gpp_flavour *flavour,
				      struct spp_gpp *gpp,
				      struct spp_notes *notes,
				      struct spp_error *err);

#endif
