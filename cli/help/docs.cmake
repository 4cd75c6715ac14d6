# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the manual to man/ and the completions to shells/, as PROGRAM has them.
function(print file)
	execute_process(COMMAND ${PROGRAM} help ${ARGN} OUTPUT_FILE ${file}
		RESULT_VARIABLE failed)
	if(failed)
		message(FATAL_ERROR "${PROGRAM} help ${ARGN}: ${failed}")
	endif()
endfunction()

file(MAKE_DIRECTORY man/man1 man/man5 shells)
foreach(shell bash zsh fish)
	print(shells/${shell} ${shell})
endforeach()
execute_process(COMMAND ${PROGRAM} help manuals OUTPUT_VARIABLE pages
	RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(failed)
	message(FATAL_ERROR "${PROGRAM} help manuals: ${failed}")
endif()
string(REPLACE "\n" ";" pages "${pages}")
foreach(page ${pages})
	string(REGEX REPLACE ".*[.]" "" section ${page})
	print(man/man${section}/${page} man ${page})
endforeach()
