/// The functions of ntdll that no header of the system declares in full ("Windows Internals" and the headers
/// of the driver kit describe them): what is known of an object without touching it.
#pragma once

#include <windows.h>
#include <winternl.h>

namespace lens::nt {

struct SemaphoreState {
  LONG value, maximum;
};
struct MutantState {
  LONG count;
  BOOLEAN ownedByCaller, abandoned;
};
struct MutantOwner {
  HANDLE process, thread;
};
struct SectionState {
  void* base;
  ULONG attributes;
  LARGE_INTEGER size;
};
struct ObjectState {
  ULONG attributes;
  ACCESS_MASK access;
  ULONG handles, pointers, reserved[10];
};
struct DirectoryEntry {
  UNICODE_STRING name, type;
};
struct HandleEntry {
  void* object;
  ULONG_PTR process, handle;
  ULONG access;
  USHORT trace, type;
  ULONG attributes, reserved;
};
struct Handles {
  ULONG_PTR count, reserved;
  HandleEntry entries[1];
};

/// Access rights and classes of information that the headers lack.
inline constexpr ACCESS_MASK semaphoreQuery = 1, mutantQuery = 1, directoryQuery = 1;
inline constexpr ULONG basic = 0, mutantOwner = 1, objectName = 1, objectType = 2, extendedHandles = 64;

inline constexpr LONG infoLengthMismatch = static_cast<LONG>(0xC0000004);

}  // namespace lens::nt

extern "C" {
LONG NTAPI NtQuerySemaphore(HANDLE, ULONG, void*, ULONG, ULONG*);
LONG NTAPI NtQueryMutant(HANDLE, ULONG, void*, ULONG, ULONG*);
LONG NTAPI NtQuerySection(HANDLE, ULONG, void*, SIZE_T, SIZE_T*);
LONG NTAPI NtOpenDirectoryObject(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*);
LONG NTAPI NtQueryDirectoryObject(HANDLE, void*, ULONG, BOOLEAN, BOOLEAN, ULONG*, ULONG*);
}
