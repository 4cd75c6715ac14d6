/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a backup cannot do: Import-GPO leaves links, security and WMI filter of
 * the GPO alone.  The script imports it, gives it to one group of computers,
 * and says which query a WMI filter would need.  Not run on Windows.
 */
#include <string.h>

#include "policy/format/gpo_backup.h"
#include "policy/format/ps1.h"
#include "policy/model/setting.h"

#define HOSTS                                     \
	"SELECT * FROM SoftwareLicensingService " \
	"WHERE IsKeyManagementServiceMachine = 1"
#define CLIENTS                                   \
	"SELECT * FROM SoftwareLicensingService " \
	"WHERE IsKeyManagementServiceMachine = 0"

#define BOTH (SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT)

const char *spp_gpo_query(unsigned int audience)
{
	if ((audience & BOTH) == SPP_AUDIENCE_HOST)
		return HOSTS;
	return (audience & BOTH) == SPP_AUDIENCE_CLIENT ? CLIENTS : NULL;
}

static const char *who(unsigned int audience)
{
	if ((audience & BOTH) == SPP_AUDIENCE_HOST)
		return "KMS hosts";
	return (audience & BOTH) == SPP_AUDIENCE_CLIENT ? "KMS clients"
							: "computers";
}

static const char tail[] =
	"$where = @{}\r\n"
	"if ($Domain) { $where['Domain'] = $Domain }\r\n"
	"Import-GPO -BackupId $backup -Path $PSScriptRoot -TargetName $name "
	"-CreateIfNeeded @where\r\n"
	"Set-GPPermission -Name $name -TargetName $Group -TargetType Group "
	"-PermissionLevel GpoApply @where\r\n"
	"Set-GPPermission -Name $name -TargetName 'Authenticated Users' "
	"-TargetType Group -PermissionLevel GpoRead -Replace @where\r\n"
	"if ($Link) { New-GPLink -Name $name -Target $Link @where }\r\n";

enum spp_status spp_gpo_script(const struct spp_gpo_made *made,
			       struct spp_buf *out, struct spp_error *err)
{
	const char *query = spp_gpo_query(made->audience);
	enum spp_status st;

	st = spp_buf_printf(
		out, err,
		"# Imports a GPO for %s, written by sppctl. Not tried on "
		"Windows.\r\n"
		"# -Group: the computers that it is for. -Link: where to link "
		"it, such as 'OU=KMS,DC=corp,DC=example'.\r\n"
		"#requires -Modules GroupPolicy\r\n"
		"param(\r\n"
		"\t[Parameter(Mandatory = $true)][string] $Group,\r\n"
		"\t[string] $Domain,\r\n"
		"\t[string] $Link\r\n"
		")\r\n"
		"$ErrorActionPreference = 'Stop'\r\n"
		"$backup = '%s'\r\n"
		"$name = ",
		who(made->audience), made->id);
	if (!st)
		st = spp_ps1_quote(out, made->name, err);
	if (!st)
		st = spp_buf_puts(out, "\r\n", err);
	if (!st && query)
		st = spp_buf_printf(
			out, err,
			"# Instead of a group, a WMI filter made in the "
			"console does, in root\\CIMv2:\r\n"
			"#   %s\r\n",
			query);
	return st ? st : spp_buf_puts(out, tail, err);
}
