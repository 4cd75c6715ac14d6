/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion for shells: each asks the program (complete.h). */
#include <stdio.h>

#include "cli/help/complete.h"
#include "cli/help/topics.h"

/* bash takes "a=b" for three words, and so replaces the last of them alone. */
static const char bash[] =
	"# bash completion for sppctl\n"
	"_sppctl()\n"
	"{\n"
	"\tlocal word line file last=${COMP_WORDS[COMP_CWORD]} words=() i\n"
	"\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ $i -gt 1 && ( $word == [=:]* ||\n"
	"\t\t\t${COMP_WORDS[i - 1]} == *[=:] ) ]]; then\n"
	"\t\t\twords[${#words[@]} - 1]+=$word\n"
	"\t\telse\n"
	"\t\t\twords+=(\"$word\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t[[ $last == [=:] ]] && last=\n"
	"\tlocal before=${words[${#words[@]} - 1]%\"$last\"}\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS=$'\\t' read -r word line; do\n"
	"\t\tif [ \"$word\" = :files ]; then\n"
	"\t\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\t\twhile IFS= read -r file; do\n"
	"\t\t\t\tCOMPREPLY+=(\"$file\")\n"
	"\t\t\tdone < <(compgen -f -- \"$last\")\n"
	"\t\telse\n"
	"\t\t\t[[ $word == *[=:] ]] && compopt -o nospace 2>/dev/null\n"
	"\t\t\tCOMPREPLY+=(\"${word#\"$before\"}\")\n"
	"\t\tfi\n"
	"\tdone < <(\"${COMP_WORDS[0]}\" " CLI_COMPLETE " \"${words[@]}\" "
	"2>/dev/null)\n"
	"}\n"
	"complete -F _sppctl sppctl\n";

static const char zsh[] =
	"#compdef sppctl\n"
	"_sppctl()\n"
	"{\n"
	"\tlocal line word says files\n"
	"\tlocal -a plain shown open opened\n"
	"\tfor line in \"${(@f)$(\"${words[1]}\" " CLI_COMPLETE
	" \"${(@Q)words[2,CURRENT]}\" \\\n"
	"\t\t2>/dev/null)}\"; do\n"
	"\t\tword=${line%%$'\\t'*} says=${line#*$'\\t'}\n"
	"\t\t[[ -n $says ]] && says=\"$word  -- $says\" || says=$word\n"
	"\t\tcase $word in\n"
	"\t\t:files) files=1 ;;\n"
	"\t\t'') ;;\n"
	"\t\t*[=:]) open+=(\"$word\") opened+=(\"$says\") ;;\n"
	"\t\t*) plain+=(\"$word\") shown+=(\"$says\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\t(( $#plain )) && compadd -l -d shown -- $plain\n"
	"\t(( $#open )) && compadd -l -S '' -d opened -- $open\n"
	"\t[[ -n $files ]] && _files\n"
	"}\n"
	"if [ \"$funcstack[1]\" = _sppctl ]; then _sppctl; "
	"else compdef _sppctl sppctl; fi\n";

static const char fish[] =
	"# fish completion for sppctl\n"
	"function __sppctl\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l typed (string replace -r '^[\"\\']' '' -- (commandline "
	"-ct))\n"
	"\tfor line in ($words[1] " CLI_COMPLETE " $words[2..-1] \"$typed\" "
	"2>/dev/null)\n"
	"\t\tif test \"$line\" = :files\n"
	"\t\t\t__fish_complete_path \"$typed\"\n"
	"\t\telse\n"
	"\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c sppctl -f -a '(__sppctl)'\n";

void cli_print_bash(struct cli_page *page)
{
	fputs(bash, page->to);
}

void cli_print_zsh(struct cli_page *page)
{
	fputs(zsh, page->to);
}

void cli_print_fish(struct cli_page *page)
{
	fputs(fish, page->to);
}
