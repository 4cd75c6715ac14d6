# SPDX-License-Identifier: GPL-3.0-or-later
# cpack -G DEB and cpack -G RPM, in the folder of a release build.
set(CPACK_PACKAGE_NAME sppctl)
set(CPACK_PACKAGE_VENDOR "the maintainers of sppctl")
set(CPACK_PACKAGE_CONTACT "the maintainers of sppctl <sppctl@sppctl.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
	"editor for KMS settings of Windows that is not running")
set(CPACK_PACKAGE_DESCRIPTION
"sppctl reads, judges and edits the volume activation settings of a Windows
installation that is not running: in a hive file, a mounted Windows folder, a
disk image of a virtual machine or a WIM. It needs neither root nor a running
Windows, replays transaction logs, and survives a crash at any moment.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
	OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Asked by pack_files.cmake.
set(CPACK_SPPCTL_DOC "${SPPCTL_DOC}")
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/pack_files.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS sensible-utils)
set(recommends "")
if(SPPCTL_DISK STREQUAL on)
	string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", qemu-utils")
	set(recommends "Recommends: qemu-img\n")
endif()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE GPL-3.0-or-later)
set(CPACK_RPM_PACKAGE_SUMMARY
	"Editor for KMS settings of Windows that is not running")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_GROUP Applications/System)
set(CPACK_RPM_PACKAGE_AUTOREQ ON)
set(CPACK_RPM_SPEC_MORE_DEFINE "Packager: ${CPACK_PACKAGE_CONTACT}
${recommends}%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _buildhost localhost
%global _build_id_links none")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/man
	/usr/share/man/man1 /usr/share/man/man5 /usr/share/bash-completion
	/usr/share/bash-completion/completions /usr/share/zsh
	/usr/share/zsh/site-functions /usr/share/fish
	/usr/share/fish/vendor_completions.d /usr/share/ansible
	/usr/share/ansible/plugins /usr/share/ansible/plugins/modules)
include(CPack)
