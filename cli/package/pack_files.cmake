# SPDX-License-Identifier: GPL-3.0-or-later
# Called by cpack on the folder that becomes the package.
#
# The program names the folder of its pages, so that it was built for it.
if(CPACK_SPPCTL_DOC MATCHES "^file://" AND
   NOT CPACK_SPPCTL_DOC MATCHES "^file:///usr/share/")
	message(FATAL_ERROR "this build is not for /usr (its pages would be at "
		"${CPACK_SPPCTL_DOC}): cmake -DCMAKE_INSTALL_PREFIX=/usr, and "
		"build again")
endif()

# Debian's zsh looks for completions of packages in a folder of their own.
if(CPACK_GENERATOR STREQUAL DEB)
	file(GLOB found ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/zsh
		${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/zsh)
	foreach(folder ${found})
		file(RENAME ${folder}/site-functions
			${folder}/vendor-completions)
	endforeach()
endif()

# Manual pages and the changelog are packed as distributions want them.
foreach(pattern man/man?/*.? doc/sppctl/changelog)
	file(GLOB found ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/${pattern}
		${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/${pattern})
	foreach(file ${found})
		execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
	endforeach()
endforeach()
