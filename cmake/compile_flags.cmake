# Flags for our own code. Warnings are errors in our presets (CMAKE_COMPILE_WARNING_AS_ERROR), and nowhere else: another
# compiler may know others. The static build is made small.
add_library(probe_warnings INTERFACE)
target_compile_options(probe_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wformat=2>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes the frames of coroutines for variables that may be unset or too large.
  target_compile_options(probe_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
endif()

function(probe_compile_flags target)
  target_link_libraries(${target} PRIVATE probe_warnings)
  if(PROBE_SANITIZE)
    target_compile_options(${target} PRIVATE
      $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${PROBE_SANITIZE},fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer>)
    target_link_options(${target} PRIVATE -fsanitize=${PROBE_SANITIZE})
  endif()
  if(NOT PROBE_TOOLCHAIN)
    # Functions are bound at start: the first call of one saves the vector registers on the stack, with a secret in them.
    target_link_options(${target} PRIVATE -Wl,-z,now)
  endif()
  if(PROBE_TOOLCHAIN)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:
      -Oz -flto -fno-threadsafe-statics -ffunction-sections -fdata-sections -fno-ident -fvisibility=hidden
      # Unwind tables that are right at calls, which is where exceptions are thrown. With a frame pointer they need not
      # follow the stack pointer: 15 KB less, for 3 KB of code.
      -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -momit-leaf-frame-pointer>
      -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
    target_link_options(${target} PRIVATE
      -static -Os -flto -Wl,--gc-sections -Wl,--icf=all -Wl,-O2 -Wl,--build-id=none -s
      -Wl,-z,norelro  # which nothing applies: there is no dynamic linker. All data is on one page without it.
      -Wl,-mllvm,-inline-threshold=-20 -Wl,-mllvm,-enable-merge-functions -Wl,-mllvm,-min-jump-table-entries=8)
  endif()
endfunction()
