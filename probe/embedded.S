/* CMake names the files; a build without TLS has no roots. */
        .section .rodata.probe_licenses, "a", %progbits
        .globl probe_licenses
        .globl probe_licenses_end
probe_licenses:
        .incbin PROBE_LICENSES_FILE
probe_licenses_end:
        .byte 0

        .section .rodata.probe_ca_roots, "a", %progbits
        .globl probe_ca_roots
        .globl probe_ca_roots_end
probe_ca_roots:
#ifdef PROBE_CA_ROOTS_FILE
        .incbin PROBE_CA_ROOTS_FILE
#endif
probe_ca_roots_end:
        .byte 0
        .section .note.GNU-stack, "", %progbits
