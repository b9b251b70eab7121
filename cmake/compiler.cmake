# Compiler, warnings and hardening, for every target of ours.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} destroys temporaries of co_await expressions twice; "
                      "build with clang++-19 (the presets do).")
endif()

option(HOLDFAST_TESTS "Build the tests" ON)
option(HOLDFAST_BENCH "Build the benchmarks" OFF)
set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
option(HOLDFAST_FUZZ "Build the libFuzzer programs, and of the tests only those" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(holdfast_flags INTERFACE)
target_compile_options(holdfast_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                                -Wold-style-cast -Wcast-qual -Wimplicit-fallthrough)
target_link_options(holdfast_flags INTERFACE -fuse-ld=lld-19)

if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
  target_compile_options(holdfast_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
                         -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  target_link_options(holdfast_flags INTERFACE -pie -Wl,-z,relro,-z,now)
  add_library(holdfast_lto INTERFACE)
  target_compile_options(holdfast_lto INTERFACE -flto=thin)
  target_link_options(holdfast_lto INTERFACE -flto=thin -Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto-cache)
endif()
