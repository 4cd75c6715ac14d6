/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export, import and convert: between targets, policies and other formats. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/gpo.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/output.h"
#include "cli/target.h"

#define LANGUAGE "en-US" /* of the ADML file beside a template */

/* Options that only some formats take. */
static const struct {
	enum cli_option_id id;
	enum spp_format_takes takes;
} special[] = {
	{ OPT_FLAVOUR, SPP_TAKES_FLAVOUR },
	{ OPT_COLLECTION, SPP_TAKES_COLLECTION },
	{ OPT_UID, SPP_TAKES_UID },
	{ OPT_CHANGED, SPP_TAKES_CHANGED },
	{ OPT_UTF8, SPP_TAKES_UTF8 },
	{ OPT_PRODUCT_KEY, SPP_TAKES_PRODUCT_KEY },
	{ OPT_LANGUAGE, SPP_TAKES_LANGUAGE },
	{ OPT_SHOW_KEYS, SPP_TAKES_SHOW_KEYS },
	{ OPT_GPO_NAME, SPP_TAKES_GPO },
	{ OPT_GPO_DOMAIN, SPP_TAKES_GPO },
};

static enum spp_status check_special(const struct cli_call *call,
				     const struct spp_format *format,
				     struct spp_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (cli_has(call, special[i].id) &&
		    !(format->takes & special[i].takes))
			return spp_fail(
				err, SPP_USAGE, "format %s does not take --%s",
				format->name, cli_options[special[i].id].name);
	return SPP_OK;
}

/* Chooses the format by name, or by the suffix of the file to be written. */
static enum spp_status choose(const struct cli_call *call, const char *path,
			      const struct spp_format **format,
			      struct spp_error *err)
{
	const char *name = cli_value(call, OPT_TO);

	if (!name)
		name = cli_value(call, OPT_WRITE_FORMAT);
	*format = name	 ? spp_format_find(name)
		  : path ? spp_format_of_path(path)
			 : NULL;
	if (!*format && name)
		return cli_unknown_format(name, err);
	if (!*format && path)
		return spp_fail(err, SPP_USAGE,
				"cannot tell the format from the name '%s'; "
				"use --to FORMAT",
				path);
	if (!*format)
		return spp_fail(err, SPP_USAGE,
				"no format given; use --to FORMAT");
	if (!(*format)->write && !(*format)->write_tree)
		return spp_fail(err, SPP_USAGE, "format %s can only be read",
				(*format)->name);
	return check_special(call, *format, err);
}

static enum spp_status gather(const struct cli_call *call,
			      struct spp_export *options, struct spp_error *err)
{
	*options = (struct spp_export){
		.flavour = cli_value(call, OPT_FLAVOUR),
		.collection = cli_has(call, OPT_COLLECTION),
		.uid = cli_value(call, OPT_UID),
		.changed = cli_value(call, OPT_CHANGED),
		.utf8 = cli_has(call, OPT_UTF8),
		.prefix = cli_value(call, OPT_PREFIX),
		.product_key = cli_value(call, OPT_PRODUCT_KEY),
		.show_keys = cli_has(call, OPT_SHOW_KEYS),
		.language = cli_value(call, OPT_LANGUAGE),
		.gpo_name = cli_value(call, OPT_GPO_NAME),
		.domain = cli_value(call, OPT_GPO_DOMAIN),
	};
	return cli_now(&options->now, err);
}

static enum spp_status write_document(const struct cli_call *call,
				      const struct cli_source *source,
				      const struct spp_format *format,
				      const struct spp_export *options,
				      const char *path, struct spp_notes *notes,
				      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	enum spp_status st;

	if (format->write_tree)
		return cli_gpo_save(&source->document, options, path, notes,
				    err);
	st = format->write(&source->document, options, &out, notes, err);
	return st ? st
		  : cli_write_result(call, source, path, format, &out,
				     options->show_keys || options->product_key,
				     notes, err);
}

/* Makes the folder of "DIR/en-US/NAME.adml" for "DIR/NAME.admx"; yours. */
static enum spp_status texts_path(const char *path, char **texts,
				  struct spp_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	int folder = (int)(name - path);
	int stem = dot ? (int)(dot - name) : (int)strlen(name);
	char CLEANUP(spp_free_string) *made = NULL;

	if (asprintf(&made, "%.*s" LANGUAGE, folder, path) < 0) {
		made = NULL;
		return spp_nomem(err);
	}
	if (mkdir(made, 0777) && errno != EEXIST)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'", made);
	if (asprintf(texts, "%s/%.*s.adml", made, stem, name) < 0) {
		*texts = NULL;
		return spp_nomem(err);
	}
	return SPP_OK;
}

/* Writes the ADML file that belongs to a template in a file. */
static enum spp_status write_texts(const struct cli_call *call,
				   const struct spp_document *document,
				   const struct spp_format *format,
				   const struct spp_export *options,
				   const char *path, struct spp_notes *notes,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *texts = NULL;
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	struct spp_export with = *options;
	enum spp_status st;

	if (strcmp(format->name, "admx") != 0 || options->language || !path ||
	    !strcmp(path, "-"))
		return SPP_OK;
	with.language = LANGUAGE;
	st = texts_path(path, &texts, err);
	if (!st)
		st = cli_output_apart(call, texts, err);
	if (!st)
		st = format->write(document, &with, &out, notes, err);
	return st ? st : cli_write_file(texts, out.data, out.size, false, err);
}

/* One conversion, as each of the three commands names its parts. */
struct job {
	const char *in;	    /* NULL: no input; a template needs none */
	bool policy_only;   /* in is a file, not a target */
	const char *out;    /* NULL or "-": standard output */
	const char *format; /* NULL: an option or the suffix of out names it */
};

static enum spp_status choose_for(const struct cli_call *call,
				  const struct job *job,
				  const struct spp_format **format,
				  struct spp_error *err)
{
	const char *name = job->out && strcmp(job->out, "-") ? job->out : NULL;

	if (!job->format)
		return choose(call, name, format, err);
	*format = spp_format_find(job->format);
	return SPP_OK;
}

/* A policy document holds its evidence; of other formats it is printed. */
static enum spp_status write_result(const struct cli_call *call,
				    const struct job *job,
				    const struct cli_source *source,
				    const struct spp_format *format,
				    struct spp_export *options,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	char CLEANUP(spp_free_string) *evidence = NULL;
	bool holds = !strcmp(format->name, "json");
	enum spp_status st;

	if (holds)
		evidence =
			cli_evidence_dump(call, json_incref(source->exhibit));
	options->evidence = evidence;
	st = write_texts(call, &source->document, format, options, job->out,
			 notes, err);
	if (!st)
		st = write_document(call, source, format, options, job->out,
				    notes, err);
	if (!st && !holds && !cli_has(call, OPT_JSON))
		cli_evidence_print_to(call, json_incref(source->exhibit),
				      cli_is_stdout(job->out) ? stderr
							      : stdout);
	return st;
}

/* --prefix may be meant for what is read, or for what is written. */
static enum spp_status check_prefix(const struct cli_call *call,
				    const struct cli_source *source,
				    const struct spp_format *format,
				    struct spp_error *err)
{
	unsigned int takes = format->takes;

	if (source->format)
		takes |= source->format->takes;
	if (!cli_has(call, OPT_PREFIX) || takes & SPP_TAKES_PREFIX)
		return SPP_OK;
	return spp_fail(err, SPP_USAGE, "format %s does not take --prefix",
			format->name);
}

static enum spp_status convert(const struct cli_call *call,
			       const struct job *job, struct spp_notes *notes,
			       struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	const struct spp_format *format;
	struct spp_export options;
	enum spp_status st = choose_for(call, job, &format, err);

	if (!st)
		st = gather(call, &options, err);
	if (!st)
		st = cli_output_apart(call, job->out, err);
	if (st)
		return st;
	if (!(format->takes & SPP_TAKES_PREFIX))
		options.prefix = NULL;
	/* A template lists all settings, so it needs no input. */
	if (!job->in && strcmp(format->name, "admx") != 0)
		return spp_fail(err, SPP_USAGE,
				"missing argument: a target or policy to "
				"export");
	if (job->in)
		st = job->policy_only
			     ? cli_load_policy(call, job->in, &source, notes,
					       err)
			     : cli_load(call, job->in, &source, notes, err);
	if (!st)
		st = check_prefix(call, &source, format, err);
	/* Now that its hives and logs are open. */
	if (!st)
		st = cli_output_apart(call, job->out, err);
	return st ? st
		  : write_result(call, job, &source, format, &options, notes,
				 err);
}

static enum cli_exit run(const struct cli_call *call, const struct job *job)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = convert(call, job, &notes, &err);

	cli_warn_all(&notes);
	return st ? cli_fail(call, &err) : CLI_OK;
}

static enum cli_exit run_export(const struct cli_call *call)
{
	return run(call, &(struct job){
				 .in = call->operands ? call->operand[0] : NULL,
				 .out = cli_value(call, OPT_OUTPUT),
			 });
}

static enum cli_exit run_import(const struct cli_call *call)
{
	return run(call, &(struct job){
				 .in = call->operand[0],
				 .policy_only = true,
				 .out = cli_value(call, OPT_OUTPUT),
				 .format = "json",
			 });
}

static enum cli_exit run_convert(const struct cli_call *call)
{
	return run(call, &(struct job){
				 .in = call->operand[0],
				 .out = call->operand[1],
			 });
}

/* What is read, and how the formats write it. */
#define WRITER_OPTIONS                                                       \
	OPT_GPO, OPT_GPO_NAME, OPT_GPO_DOMAIN, OPT_FLAVOUR, OPT_COLLECTION,  \
		OPT_UID, OPT_CHANGED, OPT_UTF8, OPT_PREFIX, OPT_PRODUCT_KEY, \
		OPT_LANGUAGE, OPT_STRICT, OPT_IGNORE_FILTERS, OPT_SHOW_KEYS, \
		CLI_OPEN_OPTIONS

const struct cli_command cli_command_export = {
	.name = "export",
	.operands = "[TARGET | POLICY]",
	.least = 0,
	.most = 1,
	.summary = "export settings as Group Policy preferences, a .reg file, "
		   "LGPO text or a script",
	.about =
		"Settings that Windows maintains are not exported. If a format "
		"cannot express a setting, the\nexport warns or is refused. "
		"The template (admx) lists all settings and needs no operand; "
		"-o\nalso writes its texts beside it, as en-US/NAME.adml. A "
		"GPO backup (gpo-backup) is a folder; one that is\nthere gets "
		"a further backup. It was not tried on Windows.\n"
		"--evidence is a member of a policy document; of other formats "
		"it is text: after the export to a file\non stdout, else on "
		"stderr.",
	.options = CLI_OPTIONS(OPT_JSON, OPT_TO, OPT_WRITE_FORMAT, OPT_OUTPUT,
			       OPT_FROM_FORMAT, WRITER_OPTIONS),
	.examples = CLI_EXAMPLES(
		{ "export SOFTWARE --to gpp --collection -o kms.xml",
		  "to drag into the Group Policy editor" },
		{ "export primary.json --to reg -o kms.reg", "for regedit" },
		{ "export --to admx -o PolicyDefinitions/sppctl.admx",
		  "templates for a domain" },
		{ "export client.json --to gpo-backup -o GPOs --domain "
		  "corp.example",
		  "a backup for Import-GPO" },
		{ "export client.json --to cmd -o SetupComplete.cmd",
		  "for the first boot" }),
	.exact = true,
	.run = run_export,
};

const struct cli_command cli_command_import = {
	.name = "import",
	.operands = "FILE | FOLDER",
	.least = 1,
	.most = 1,
	.summary = "turn a file of any known format into a policy document",
	.about =
		"Anything in the file that is not a KMS setting is listed and "
		"left out; --strict refuses it. Of\na folder of GPO backups, a "
		"security baseline or SYSVOL, --gpo chooses one GPO; without "
		"it they are listed.\nEvery command that takes a "
		"policy reads these formats as well; import is for keeping "
		"and\nediting.",
	.options = CLI_OPTIONS(OPT_JSON, OPT_FROM_FORMAT, OPT_FORMAT, OPT_GPO,
			       OPT_OUTPUT, OPT_PREFIX, OPT_IGNORE_FILTERS,
			       OPT_STRICT, OPT_SHOW_KEYS, OPT_EVIDENCE),
	.examples = CLI_EXAMPLES(
		{ "import Registry.xml -o kms.json",
		  "preferences as a policy" },
		{ "import GPOs --gpo 'KMS hosts' -o kms.json",
		  "one GPO of a folder of backups" },
		{ "import backup.reg --prefix 'HKEY_LOCAL_MACHINE\\OFFLINE'",
		  "exported from a hive that was loaded as OFFLINE" }),
	.exact = true,
	.run = run_import,
};

const struct cli_command cli_command_convert = {
	.name = "convert",
	.operands = "IN OUT",
	.least = 2,
	.most = 2,
	.summary = "convert a policy or target from one format to another",
	.about = "IN is a policy in any format, or a target. The suffix of OUT "
		 "or --to decides the format of\nOUT; - is standard output. "
		 "--prefix applies to .reg files on either side.",
	.options =
		CLI_OPTIONS(OPT_JSON, OPT_FROM_FORMAT, OPT_TO, WRITER_OPTIONS),
	.examples = CLI_EXAMPLES(
		{ "convert Registry.xml kms.reg", "preferences for regedit" },
		{ "convert machine.pol - --to lgpo --utf8",
		  "a policy file as text" }),
	.exact = true,
	.run = run_convert,
};
