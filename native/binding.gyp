{
  "targets": [
    {
      "target_name": "segment_lens",
      "sources": [
        "addon.cc",
        "addon_locks.cc",
        "addon_processes.cc",
        "addon_search.cc",
        "addon_sweep.cc",
        "bell_linux.cc",
        "digest.cc",
        "error.cc",
        "error_linux.cc",
        "exchange.cc",
        "grains.cc",
        "hash.cc",
        "hash_object.cc",
        "holes.cc",
        "maps_linux.cc",
        "mechanism.cc",
        "numbers.cc",
        "pattern.cc",
        "proc_text_linux.cc",
        "process_memory_linux.cc",
        "processes_linux.cc",
        "search.cc",
        "semaphores_linux.cc",
        "sweep.cc",
        "system_linux.cc",
        "threads_linux.cc",
        "watch.cc",
        "wide.cc",
        "mechanisms/file_segment_linux.cc",
        "mechanisms/posix_linux.cc",
        "mechanisms/posix_semaphore_linux.cc",
        "mechanisms/process_linux.cc",
        "mechanisms/systemv_linux.cc",
        "mechanisms/systemv_attachment_linux.cc",
        "mechanisms/systemv_lookers_linux.cc",
        "mechanisms/systemv_peers_linux.cc",
        "mechanisms/systemv_semaphore_linux.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_CPP_EXCEPTIONS",
        "NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17"],
      "cflags_cc": ["-std=c++20", "-Os", "-Wall", "-Wextra", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-flto=auto"],
      "ldflags": ["-flto=auto", "-flto-partition=one", "-Os", "-s", "-Wl,--gc-sections", "-Wl,--version-script=<(module_root_dir)/exports.map"]
    }
  ]
}
