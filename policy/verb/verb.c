/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/verb/verb.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool spp_verb_like(const char *word)
{
	/* -5 is a number that somebody tries as an argument. */
	return word[0] == '/' ||
	       (word[0] == '-' && !isdigit((unsigned char)word[1]));
}

const struct spp_verb *spp_verb_find(const struct spp_script *script,
				     const char *word)
{
	size_t i, n;

	if (!spp_verb_like(word))
		return NULL;
	word++;
	n = script->colon ? strcspn(word, ":") : strlen(word);
	for (i = 0; i < script->count; i++)
		if (strlen(script->verb[i].name) == n &&
		    !strncasecmp(script->verb[i].name, word, n))
			return &script->verb[i];
	return NULL;
}
