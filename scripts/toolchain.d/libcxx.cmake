# libc++, libc++abi and libunwind of LLVM, without threads and assertions, and without what probe does without: streams,
# locales, regular expressions, files.
set(llvm ${trees}/llvm)
set(cxx algorithm any charconv chrono error_category exception functional hash memory memory_resource new_handler
  new_helpers optional ryu/d2fixed ryu/d2s ryu/f2s stdexcept string system_error typeinfo variant vector verbose_abort)
list(TRANSFORM cxx PREPEND ${llvm}/libcxx/src/)
list(TRANSFORM cxx APPEND .cpp)
set(abi abort_message cxa_aux_runtime cxa_default_handlers cxa_exception cxa_exception_storage cxa_guard cxa_handlers
  cxa_personality cxa_vector cxa_virtual fallback_malloc private_typeinfo stdlib_exception stdlib_new_delete stdlib_stdexcept
  stdlib_typeinfo)
list(TRANSFORM abi PREPEND ${llvm}/libcxxabi/src/)
list(TRANSFORM abi APPEND .cpp)

# Unwind tables that are right at calls, which is where exceptions are thrown, not at every instruction; with a frame
# pointer they need not follow the stack pointer.
set(small_cxx ${small} -Oz -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -momit-leaf-frame-pointer -nostdinc++)
add_library(c++ STATIC ${cxx} ${abi})
target_include_directories(c++ BEFORE PRIVATE ${config} ${llvm}/libcxx/src ${llvm}/libcxx/include ${llvm}/libcxxabi/include
  ${llvm}/libunwind/include)
target_compile_options(c++ PRIVATE ${small_cxx} -fvisibility=hidden -fvisibility-inlines-hidden -fsized-deallocation
  -faligned-allocation)
target_compile_definitions(c++ PRIVATE NDEBUG _LIBCPP_BUILDING_LIBRARY _LIBCPP_REMOVE_TRANSITIVE_INCLUDES
  LIBCXX_BUILDING_LIBCXXABI _LIBCXXABI_BUILDING_LIBRARY _LIBCXXABI_HAS_NO_THREADS LIBCXXABI_SILENT_TERMINATE
  LIBCXXABI_BAREMETAL HAVE___CXA_THREAD_ATEXIT_IMPL)
# malloc's alignment is enough for an exception.
set_source_files_properties(${llvm}/libcxxabi/src/fallback_malloc.cpp PROPERTIES
  COMPILE_DEFINITIONS _LIBCPP_HAS_NO_LIBRARY_ALIGNED_ALLOCATION)

# Without link-time optimisation: _Unwind_RaiseException must keep a frame of its own. Inlined into a caller, it skips that
# caller's handlers.
set(unwind ${llvm}/libunwind/src)
add_library(unwind STATIC ${unwind}/libunwind.cpp ${unwind}/UnwindLevel1.c ${unwind}/UnwindLevel1-gcc-ext.c
  ${unwind}/UnwindRegistersRestore.S ${unwind}/UnwindRegistersSave.S)
set_target_properties(unwind PROPERTIES CXX_STANDARD 17)
target_include_directories(unwind PRIVATE ${llvm}/libunwind/include)
target_compile_definitions(unwind PRIVATE NDEBUG _LIBUNWIND_IS_NATIVE_ONLY _LIBUNWIND_HAS_NO_THREADS)
target_compile_options(unwind PRIVATE ${small} -Oz -funwind-tables -fno-asynchronous-unwind-tables
  -fno-omit-frame-pointer -momit-leaf-frame-pointer $<$<COMPILE_LANGUAGE:CXX>:-nostdinc++ -fno-exceptions -fno-rtti>)
