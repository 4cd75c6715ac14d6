/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/report/report.h"

#include "cli/markup.h"

const char cli_report_style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1b1b;--soft:#f3f4f6;"
	"--line:#c9ccd1;--dim:#4b5563;--critical:#7f1d1d;--high:#b42318;"
	"--medium:#8a4b00;--low:#1f4e8c;--info:#475467;--ok:#14603a;"
	"--bar:#1f4e8c;--bar2:#b8860b}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#14171c;--fg:#e8e8e8;"
	"--soft:#20252d;--line:#454b55;--dim:#b4bac4;--critical:#ff9c94;"
	"--high:#ff8a7a;--medium:#f0b35a;--low:#8ab8f0;--info:#b4bac4;"
	"--ok:#7fd6a2;--bar:#8ab8f0;--bar2:#e6c15a}}\n"
	"body{background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,"
	"sans-serif;margin:0 auto;max-width:72rem;padding:1rem}\n"
	"h1{font-size:1.7rem}h2{border-top:2px solid var(--line);"
	"padding-top:1rem;margin-top:2rem}h3{margin:1.5rem 0 .3rem}\n"
	"table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}"
	"caption{text-align:left;font-weight:600;padding:.3rem 0}"
	"th,td{border:1px solid var(--line);padding:.25rem .5rem;"
	"text-align:left;vertical-align:top}td{overflow-wrap:anywhere}"
	"th{background:var(--soft)}td.n{text-align:right;"
	"white-space:nowrap;font-variant-numeric:tabular-nums}\n"
	"a{color:var(--low)}a:focus-visible{outline:3px solid var(--medium)}"
	".b{font-weight:700;text-transform:uppercase;font-size:.8em;"
	"white-space:nowrap}"
	".critical{color:var(--critical)}.high{color:var(--high)}"
	".medium{color:var(--medium)}.low{color:var(--low)}"
	".info{color:var(--info)}.ok{color:var(--ok)}"
	".verdict{font-size:1.25rem;font-weight:600;background:var(--soft);"
	"border-left:.4rem solid currentColor;padding:.6rem 1rem}"
	".dim{color:var(--dim)}code{font-size:.9em;overflow-wrap:anywhere}"
	".m{border:1px solid var(--line);border-radius:.4rem;"
	"padding:0 1rem;margin:1rem 0;content-visibility:auto;"
	"contain-intrinsic-size:auto 30rem}"
	"svg{max-width:100%;height:auto}svg text{fill:var(--fg);"
	"font:14px system-ui,sans-serif}.before{fill:var(--bar)}"
	".after{fill:var(--bar2)}.skip{position:absolute;left:-99rem}"
	".skip:focus{left:1rem}\n"
	"@media(max-width:40rem){body{padding:.5rem}table{font-size:.7rem}"
	"th,td{padding:.1rem .2rem}.m{padding:0 .4rem}}\n"
	"@media print{body{max-width:none;font-size:11px}.m{break-inside:"
	"avoid;content-visibility:visible}a{color:inherit}.skip{display:none}"
	"}\n";

void cli_html(FILE *to, const char *text)
{
	cli_markup(to, text, "\n");
}

void cli_html_cell(FILE *to, const char *text)
{
	fputs("<td>", to);
	cli_html(to, text);
	fputs("</td>", to);
}

void cli_html_badge(FILE *to, enum spp_grade grade)
{
	const char *word = spp_grade_word(grade);

	fprintf(to, "<span class=\"b %s\">%s</span>", word, word);
}

const char *cli_member_text(const json_t *json, const char *member)
{
	return json_string_value(json_object_get(json, member));
}
