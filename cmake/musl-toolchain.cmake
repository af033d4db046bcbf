# Static programs for Linux with musl and libc++, compiled by Debian's clang 19 with what scripts/toolchain built.
# PROBE_ARCH: x86_64 (default) or aarch64.
set(PROBE_ARCH x86_64 CACHE STRING "Architecture of the static binary: x86_64 or aarch64")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PROBE_ARCH PROBE_LIBRARIES)

get_filename_component(PROBE_TOOLCHAIN "${CMAKE_CURRENT_LIST_DIR}/../build/toolchain/${PROBE_ARCH}" ABSOLUTE)
if(NOT EXISTS "${PROBE_TOOLCHAIN}/complete" AND NOT PROBE_LIBRARIES)
  message(FATAL_ERROR "There is no static toolchain for ${PROBE_ARCH}: run `scripts/toolchain --arch ${PROBE_ARCH}` first.")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${PROBE_ARCH})
set(CMAKE_SYSROOT "${PROBE_TOOLCHAIN}/sysroot")

set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_ASM_COMPILER clang-19)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
foreach(language C CXX ASM)
  set(CMAKE_${language}_COMPILER_TARGET ${PROBE_ARCH}-linux-musl)
  set(CMAKE_${language}_COMPILER_AR llvm-ar-19)
  set(CMAKE_${language}_COMPILER_RANLIB llvm-ranlib-19)
  set(CMAKE_${language}_FLAGS_INIT "-resource-dir \"${PROBE_TOOLCHAIN}/sysroot/resource\"")
endforeach()
# The C++ headers are named, since clang would prefer those of a libc++ installed next to it. libc++ itself has its own.
if(NOT PROBE_LIBRARIES)
  string(APPEND CMAKE_CXX_FLAGS_INIT " -nostdinc++ -isystem \"${CMAKE_SYSROOT}/usr/include/c++/v1\"")
endif()
set(CMAKE_EXE_LINKER_FLAGS_INIT "-stdlib=libc++ -rtlib=compiler-rt -unwindlib=libunwind -fuse-ld=lld")

# Nothing is taken from the machine that builds, except programs.
set(CMAKE_FIND_ROOT_PATH "${PROBE_TOOLCHAIN}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
