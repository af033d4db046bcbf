# The libraries, as one target: from scripts/toolchain in a static build, else the system's.
add_library(probe_dependencies INTERFACE)
# Asio 1.22 does not know that clang 19 has coroutines.
target_compile_definitions(probe_dependencies INTERFACE
  ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE ASIO_NO_DEPRECATED
  ASIO_DISABLE_STD_ALIGNED_ALLOC  # coroutine frames come from operator new
  ASIO_DISABLE_THREADS            # there is one
  ASIO_NO_TYPEID)                 # services are told apart by address: no names of types in the binary
if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
  target_compile_options(probe_dependencies INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include exception>")
endif()

if(PROBE_TOOLCHAIN)
  include(${PROBE_TOOLCHAIN}/versions.cmake)
  set(PROBE_LIBC "musl ${PROBE_VERSION_MUSL}")
  set(PROBE_LICENSES_DIR ${PROBE_TOOLCHAIN}/licenses)
  set(llhttp ${PROBE_TOOLCHAIN}/src/llhttp)
  set(lib ${PROBE_TOOLCHAIN}/lib)
  target_include_directories(probe_dependencies SYSTEM INTERFACE ${PROBE_TOOLCHAIN}/include)
  if(PROBE_TLS)
    target_link_libraries(probe_dependencies INTERFACE ${lib}/libpq_full.a ${lib}/libopenssl.a)
  else()
    target_link_libraries(probe_dependencies INTERFACE ${lib}/libpq_lite.a)
  endif()
  target_link_libraries(probe_dependencies INTERFACE
    ${lib}/libpgcommon.a ${lib}/libpgport.a ${lib}/libcares.a ${lib}/libhiredis.a ${lib}/libmusl_small.a)
else()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(libraries REQUIRED IMPORTED_TARGET libpq>=15 libcares>=1.18 hiredis>=0.14)
  target_link_libraries(probe_dependencies INTERFACE PkgConfig::libraries pthread)
  # c-ares 1.34 advises other functions than those that 1.18 has.
  target_compile_definitions(probe_dependencies INTERFACE CARES_NO_DEPRECATED)
  if(PROBE_TLS)
    pkg_check_modules(openssl REQUIRED IMPORTED_TARGET openssl>=3.0)
    target_link_libraries(probe_dependencies INTERFACE PkgConfig::openssl)
  endif()
  set(PROBE_LIBC "glibc, shared libraries")
  set(PROBE_LICENSES_DIR "")
  set(llhttp /usr/share/llhttp)
  find_path(llhttp_include llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
endif()

# llhttp comes as source, and as a library only with Debian 13's packages.
file(GLOB llhttp_sources CONFIGURE_DEPENDS ${llhttp}/*.c)
if(llhttp_sources)
  add_library(llhttp STATIC ${llhttp_sources})
  target_include_directories(llhttp SYSTEM PUBLIC ${llhttp} ${llhttp_include})
  set_property(TARGET llhttp PROPERTY COMPILE_WARNING_AS_ERROR OFF)
else()
  pkg_check_modules(libllhttp REQUIRED IMPORTED_TARGET libllhttp)
  add_library(llhttp ALIAS PkgConfig::libllhttp)
endif()
if(PROBE_TOOLCHAIN)
  target_compile_options(llhttp PRIVATE -Oz -fno-ident -flto -ffunction-sections -fdata-sections
    -fno-unwind-tables -fno-asynchronous-unwind-tables -ffile-prefix-map=${PROBE_TOOLCHAIN}=.)
endif()
target_link_libraries(probe_dependencies INTERFACE llhttp)
