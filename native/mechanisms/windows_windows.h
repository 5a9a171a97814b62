/// The parts of the mechanism of Windows, one file each: sections (section_windows.h), and locks.
#pragma once

#include "section_windows.h"

namespace lens::windows {

/// The names of the objects of a kind ("Section") in a directory of the kernel's; none where we may not look.
std::vector<std::wstring> namesIn(const std::wstring& directory, std::wstring_view kind);

std::unique_ptr<Look> look(const Key& key);
OpenedLock openLock(const Key& key, bool create);

}  // namespace lens::windows
