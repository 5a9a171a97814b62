/// What the files for macOS share of processes.
#pragma once

#include "processes.h"

namespace lens {

/// After a look into a process that failed, with errno: adds the user whose it is where we may not look.
void noteDenied(pid_t pid, std::vector<unsigned>& denied);

}  // namespace lens
