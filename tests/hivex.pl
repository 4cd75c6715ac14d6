# SPDX-License-Identifier: GPL-3.0-or-later
# Every value of hives on a line, its key in front, as libhivex has them:
#
#	perl hivex.pl HIVE OUTPUT [HIVE OUTPUT]...
#
# What "hivexregedit --export HIVE '\'" prints, for several hives at once: to
# start that costs more than its work.  An output is empty where libhivex does
# not read the hive to its end.
use strict;
use warnings;
use Win::Hivex;
use Win::Hivex::Regedit qw(reg_export);

while (my ($hive, $output) = splice(@ARGV, 0, 2)) {
	open(my $to, '>', $output) or die "$output: $!";
	my ($text, $key) = ('', '');
	open(my $out, '>', \$text) or die;
	eval { reg_export(Win::Hivex->open($hive), '\\', $out) };
	for (split(/\n/, $text)) {
		$key = $_ if /^\[/;
		print $to /^\[/ ? "$_\n" : "$key $_\n" unless /^$/;
	}
	close($to) or die "$output: $!";
}
