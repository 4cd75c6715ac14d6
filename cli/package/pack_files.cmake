# SPDX-License-Identifier: GPL-3.0-or-later
# Called by cpack on the folder that becomes the package: manual pages and the
# changelog are packed as distributions want them.
foreach(pattern man/man?/*.? doc/sppctl/changelog)
	file(GLOB found ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/${pattern}
		${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/${pattern})
	foreach(file ${found})
		execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
	endforeach()
endforeach()
