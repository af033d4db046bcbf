# OpenSSL without what a TLS client does not reach: the files that a link with -Wl,--trace names.
# No link-time optimisation: it would save 3 % of the binary, and make every link take 20 s instead of 3.
add_library(openssl STATIC)
function(add_openssl directory)
  list(TRANSFORM ARGN PREPEND ${trees}/openssl/${directory}/)
  list(TRANSFORM ARGN APPEND .c)
  target_sources(openssl PRIVATE ${ARGN})
endfunction()
target_compile_options(openssl PRIVATE ${small_c})
set(openssl ${trees}/openssl)
target_include_directories(openssl PRIVATE ${openssl} ${openssl}/include ${openssl}/crypto
  ${openssl}/providers/common/include ${openssl}/providers/fips/include ${openssl}/providers/implementations/include)
target_compile_definitions(openssl PRIVATE NDEBUG L_ENDIAN OPENSSL_BUILDING_OPENSSL OPENSSLDIR="/etc/ssl"
  ENGINESDIR="" MODULESDIR="")

add_openssl(crypto
  asn1_dsa bsearch comp_methods context core_algorithm core_fetch core_namemap cpt_err cpuid cryptlib ctype defaults
  der_writer deterministic_nonce ex_data getenv indicator_core init initthread mem mem_clr mem_sec o_dir o_fopen o_str
  o_time packet param_build param_build_set params params_dup params_from_text params_idx passphrase provider
  provider_child provider_conf provider_core provider_predefined punycode self_test_core sleep sparse_array ssl_err
  threads_none time trace uid)
add_openssl(crypto/aes
  aes_cbc aes_core)
add_openssl(crypto/asn1
  a_bitstr a_d2i_fp a_digest a_dup a_gentm a_i2d_fp a_int a_mbstr a_object a_octet a_print a_sign a_strex a_strnid
  a_time a_type a_utctm a_utf8 a_verify ameth_lib asn1_err asn1_gen asn1_lib asn1_parse asn_moid asn_mstbl asn_pack
  d2i_pr evp_asn1 f_int f_string i2d_evp nsseq p5_pbe p5_pbev2 p8_pkey t_pkey tasn_dec tasn_enc tasn_fre tasn_new
  tasn_prn tasn_typ tasn_utl x_algor x_bignum x_info x_int64 x_pkey x_sig x_spki x_val)
add_openssl(crypto/async
  async async_err async_wait)
add_openssl(crypto/async/arch
  async_null)
add_openssl(crypto/bio
  bf_buff bf_prefix bf_readbuff bio_addr bio_dump bio_err bio_lib bio_meth bio_print bio_sock bio_sock2 bss_core
  bss_dgram_pair bss_fd bss_file bss_mem bss_null bss_sock ossl_core_bio)
add_openssl(crypto/bn
  bn_add bn_asm bn_blind bn_const bn_conv bn_ctx bn_dh bn_div bn_err bn_exp bn_gcd bn_intern bn_kron bn_lib bn_mod
  bn_mont bn_mul bn_nist bn_prime bn_print bn_rand bn_recp bn_rsa_fips186_4 bn_shift bn_sqr bn_sqrt bn_word)
add_openssl(crypto/buffer
  buf_err buffer)
add_openssl(crypto/chacha
  chacha_enc)
add_openssl(crypto/conf
  conf_api conf_def conf_err conf_lib conf_mall conf_mod conf_sap conf_ssl)
add_openssl(crypto/des
  cfb64ede cfb64enc cfb_enc des_enc ecb3_enc ecb_enc ofb64ede ofb64enc set_key xcbc_enc)
add_openssl(crypto/dso
  dso_err dso_lib dso_openssl)
add_openssl(crypto/ec
  curve25519 ec_ameth ec_asn1 ec_backend ec_check ec_curve ec_cvt ec_err ec_key ec_kmeth ec_lib ec_mult ec_oct ec_pmeth
  ecdh_kdf ecdh_ossl ecdsa_ossl ecdsa_sign ecdsa_vrf eck_prn ecp_mont ecp_nist ecp_oct ecp_smpl ecx_backend ecx_key
  ecx_meth)
add_openssl(crypto/ec/curve448
  curve448 curve448_tables eddsa f_generic scalar)
add_openssl(crypto/ec/curve448/arch_64
  f_impl64)
add_openssl(crypto/encode_decode
  decoder_lib decoder_meth decoder_pkey encoder_lib encoder_meth encoder_pkey)
add_openssl(crypto/err
  err err_all err_blocks err_mark err_prn err_save)
add_openssl(crypto/ess
  ess_err)
add_openssl(crypto/evp
  asymcipher bio_enc bio_md c_allc c_alld ctrl_params_translate dh_ctrl dh_support digest e_aes e_aes_cbc_hmac_sha1
  e_aes_cbc_hmac_sha256 e_chacha20_poly1305 e_des e_des3 e_xcbc_d ec_ctrl ec_support encode evp_cnf evp_enc evp_err
  evp_fetch evp_key evp_lib evp_pbe evp_pkey evp_rand evp_utils exchange kdf_lib kdf_meth kem keymgmt_lib keymgmt_meth
  legacy_md5 legacy_md5_sha1 legacy_sha m_null m_sigver mac_lib mac_meth names p5_crpt p5_crpt2 p_legacy p_lib p_sign
  p_verify pmeth_check pmeth_gn pmeth_lib s_lib signature skeymgmt_meth)
add_openssl(crypto/ffc
  ffc_dh)
add_openssl(crypto/hashtable
  hashfunc hashtable)
add_openssl(crypto/hmac
  hmac)
add_openssl(crypto/hpke
  hpke_util)
add_openssl(crypto/http
  http_lib)
add_openssl(crypto/lhash
  lhash)
add_openssl(crypto/md5
  md5_dgst md5_sha1)
add_openssl(crypto/modes
  cbc128 ccm128 cfb128 ctr128 gcm128 ofb128 wrap128 xts128)
add_openssl(crypto/objects
  o_names obj_dat obj_err obj_lib obj_xref)
add_openssl(crypto/pem
  pem_all pem_err pem_info pem_lib pem_oth pem_pk8 pem_pkey pem_x509 pem_xaux pvkfmt)
add_openssl(crypto/pkcs12
  p12_add p12_asn p12_attr p12_crpt p12_decr p12_init p12_key p12_kiss p12_mutl p12_p8d p12_p8e p12_sbag p12_utl pk12err)
add_openssl(crypto/pkcs7
  pk7_asn1 pk7_attr pk7_doit pk7_lib pkcs7err)
add_openssl(crypto/poly1305
  poly1305)
add_openssl(crypto/property
  defn_cache property property_err property_parse property_query property_string)
add_openssl(crypto/rand
  prov_seed rand_err rand_lib rand_meth rand_pool rand_uniform)
add_openssl(crypto/rsa
  rsa_ameth rsa_asn1 rsa_backend rsa_chk rsa_crpt rsa_err rsa_gen rsa_lib rsa_mp rsa_mp_names rsa_none rsa_oaep rsa_ossl
  rsa_pk1 rsa_pmeth rsa_pss rsa_saos rsa_schemes rsa_sign rsa_sp800_56b_check rsa_sp800_56b_gen rsa_x931)
add_openssl(crypto/sha
  keccak1600 sha1_one sha1dgst sha256 sha3 sha512)
add_openssl(crypto/stack
  stack)
add_openssl(crypto/store
  store_err store_init store_lib store_meth store_register store_result)
add_openssl(crypto/ui
  ui_err ui_lib ui_null ui_openssl ui_util)
add_openssl(crypto/x509
  by_dir by_file by_store pcy_cache pcy_data pcy_lib pcy_map pcy_node pcy_tree t_x509 v3_aaa v3_ac_tgt v3_admis v3_akeya
  v3_akid v3_attrdesc v3_attrmap v3_audit_id v3_authattid v3_battcons v3_bcons v3_bitst v3_conf v3_cpols v3_crld v3_enum
  v3_extku v3_genn v3_group_ac v3_ia5 v3_ind_iss v3_info v3_int v3_iobo v3_ist v3_lib v3_ncons v3_no_ass v3_no_rev_avail
  v3_pci v3_pcia v3_pcons v3_pku v3_pmaps v3_prn v3_purp v3_rolespec v3_san v3_sda v3_single_use v3_skid v3_soa_id
  v3_sxnet v3_timespec v3_tlsf v3_usernotice v3_utf8 v3_utl v3err x509_acert x509_att x509_cmp x509_d2 x509_def x509_err
  x509_ext x509_lu x509_obj x509_req x509_set x509_trust x509_txt x509_v3 x509_vfy x509_vpm x509cset x509name x509rset
  x_all x_attrib x_crl x_exten x_name x_pubkey x_req x_x509 x_x509a)
add_openssl(providers
  baseprov defltprov nullprov prov_running)
add_openssl(providers/common
  bio_prov capabilities digest_to_nid provider_ctx provider_err provider_seeding provider_util securitycheck
  securitycheck_default)
add_openssl(providers/common/der
  der_ec_gen der_ec_sig der_ecx_gen der_ecx_key der_rsa_gen der_rsa_key der_rsa_sig der_wrap_gen)
add_openssl(providers/implementations/asymciphers
  rsa_enc)
add_openssl(providers/implementations/ciphers
  cipher_aes cipher_aes_cbc_hmac_sha cipher_aes_cbc_hmac_sha1_hw cipher_aes_cbc_hmac_sha256_hw cipher_aes_ccm
  cipher_aes_ccm_hw cipher_aes_gcm cipher_aes_gcm_hw cipher_aes_hw cipher_aes_wrp cipher_aes_xts cipher_aes_xts_fips
  cipher_aes_xts_hw cipher_chacha20 cipher_chacha20_hw cipher_chacha20_poly1305 cipher_chacha20_poly1305_hw cipher_cts
  cipher_null cipher_tdes cipher_tdes_common cipher_tdes_default cipher_tdes_default_hw cipher_tdes_hw cipher_tdes_wrap
  cipher_tdes_wrap_hw ciphercommon ciphercommon_block ciphercommon_ccm ciphercommon_ccm_hw ciphercommon_gcm
  ciphercommon_gcm_hw ciphercommon_hw)
add_openssl(providers/implementations/digests
  digestcommon md5_prov md5_sha1_prov null_prov sha2_prov sha3_prov)
add_openssl(providers/implementations/encode_decode
  decode_der2key decode_epki2pki decode_msblob2key decode_pem2der decode_pvk2key decode_spki2typespki endecoder_common)
add_openssl(providers/implementations/exchange
  ecdh_exch ecx_exch kdf_exch)
add_openssl(providers/implementations/kdfs
  hkdf hmacdrbg_kdf kbkdf krb5kdf pbkdf2 pbkdf2_fips pkcs12kdf sshkdf sskdf tls1_prf x942kdf)
add_openssl(providers/implementations/kem
  ec_kem ecx_kem kem_util rsa_kem)
add_openssl(providers/implementations/keymgmt
  ec_kmgmt ecx_kmgmt kdf_legacy_kmgmt mac_legacy_kmgmt rsa_kmgmt)
add_openssl(providers/implementations/macs
  gmac_prov hmac_prov kmac_prov poly1305_prov)
add_openssl(providers/implementations/rands
  drbg drbg_ctr drbg_hash drbg_hmac seed_src test_rng)
add_openssl(providers/implementations/rands/seeding
  rand_unix)
add_openssl(providers/implementations/signature
  ecdsa_sig eddsa_sig mac_legacy_sig rsa_sig)
add_openssl(providers/implementations/skeymgmt
  aes_skmgmt generic)
add_openssl(providers/implementations/storemgmt
  file_store file_store_any2obj)
add_openssl(ssl
  d1_lib d1_msg methods pqueue s3_enc s3_lib s3_msg ssl_asn1 ssl_cert ssl_ciph ssl_conf ssl_init ssl_lib ssl_mcnf
  ssl_rsa ssl_sess t1_enc t1_lib tls13_enc tls_depr)
add_openssl(ssl/quic
  quic_tls)
add_openssl(ssl/record
  rec_layer_d1 rec_layer_s3)
add_openssl(ssl/record/methods
  dtls_meth ktls_meth ssl3_cbc ssl3_meth tls13_meth tls1_meth tls_common tls_multib tls_pad tlsany_meth)
add_openssl(ssl/statem
  extensions extensions_clnt extensions_cust extensions_srvr statem statem_clnt statem_dtls statem_lib statem_srvr)
