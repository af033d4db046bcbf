# What probe/embedded.S takes into the binary: the licences and, with TLS, the built-in roots.
set(PROBE_LICENSES_FILE ${PROJECT_BINARY_DIR}/licenses.packed)
set(license_files ${PROJECT_SOURCE_DIR}/LICENSE)
if(PROBE_LICENSES_DIR)
  file(GLOB library_licenses CONFIGURE_DEPENDS ${PROBE_LICENSES_DIR}/*.txt)
  if(NOT PROBE_TLS)
    list(FILTER library_licenses EXCLUDE REGEX "/(openssl|ca-certificates)\\.txt$")
  endif()
  list(APPEND license_files ${library_licenses})
endif()
set(text "")
foreach(file IN LISTS license_files)
  get_filename_component(name ${file} NAME_WE)
  string(REPLACE "LICENSE" "probe" name ${name})
  file(READ ${file} license)
  string(APPEND text "==== ${name} ====\n\n${license}\n")
endforeach()
if(NOT PROBE_LICENSES_DIR)
  string(APPEND text "This build uses the system's shared libraries; their licences are with their packages.\n")
endif()
file(CONFIGURE OUTPUT licenses.txt CONTENT "${text}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${license_files})
add_custom_command(OUTPUT ${PROBE_LICENSES_FILE}
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/pack licenses.txt ${PROBE_LICENSES_FILE}
  DEPENDS ${PROJECT_SOURCE_DIR}/scripts/pack ${PROJECT_BINARY_DIR}/licenses.txt
  COMMENT "Packing the licences"
  VERBATIM)

set(PROBE_EMBEDDED_FILES ${PROBE_LICENSES_FILE})
set(PROBE_EMBEDDED_DEFINITIONS "PROBE_LICENSES_FILE=\"${PROBE_LICENSES_FILE}\"")
if(PROBE_TLS)
  if(PROBE_TOOLCHAIN)
    set(PROBE_CA_ROOTS_FILE ${PROBE_TOOLCHAIN}/ca_roots.bin)  # of the version that the licences name
  else()
    set(PROBE_CA_ROOTS_FILE ${PROJECT_BINARY_DIR}/ca_roots.bin)
    add_custom_command(OUTPUT ${PROBE_CA_ROOTS_FILE}
      COMMAND ${PROJECT_SOURCE_DIR}/scripts/ca-roots ${PROBE_CA_ROOTS_FILE}
      DEPENDS ${PROJECT_SOURCE_DIR}/scripts/ca-roots
      COMMENT "Collecting the built-in roots"
      VERBATIM)
  endif()
  list(APPEND PROBE_EMBEDDED_FILES ${PROBE_CA_ROOTS_FILE})
  list(APPEND PROBE_EMBEDDED_DEFINITIONS "PROBE_CA_ROOTS_FILE=\"${PROBE_CA_ROOTS_FILE}\"")
endif()
