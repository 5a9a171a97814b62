// Another program of Windows, which shares memory as its manual says and knows nothing of us.
// `peer FOLDER (section NAME SIZE TEXT | reserve NAME SIZE | read NAME LENGTH | semaphore NAME VALUE MOST |
// mutex NAME)...`: does what it is told, writes FOLDER\ready, and keeps it all until FOLDER\stop is there.
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static FILE* in(const wchar_t* folder, const wchar_t* name, const wchar_t* mode) {
  wchar_t path[1024];
  swprintf(path, 1024, L"%ls\\%ls", folder, name);
  return _wfopen(path, mode);
}

static char* viewOf(HANDLE section) {
  char* const bytes = section ? MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0) : NULL;
  if (!bytes) exit(2);
  return bytes;
}

int wmain(int count, wchar_t** words) {
  const wchar_t* const folder = words[1];
  for (int at = 2; at < count; ++at) {
    const wchar_t *const what = words[at], *const name = words[++at];
    if (wcscmp(what, L"section") == 0) {
      const unsigned size = _wtoi(words[++at]);
      char* const bytes =
          viewOf(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name));
      WideCharToMultiByte(CP_UTF8, 0, words[++at], -1, bytes, size, NULL, NULL);
    } else if (wcscmp(what, L"reserve") == 0) {
      const unsigned size = _wtoi(words[++at]);
      char* const bytes =
          viewOf(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 0, size, name));
      memcpy(VirtualAlloc(bytes, 4096, MEM_COMMIT, PAGE_READWRITE), "there", 5);
    } else if (wcscmp(what, L"read") == 0) {
      const char* const bytes = viewOf(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, name));
      FILE* const file = in(folder, L"out", L"wb");
      fwrite(bytes, 1, _wtoi(words[++at]), file);
      fclose(file);
    } else if (wcscmp(what, L"semaphore") == 0) {
      const LONG value = _wtoi(words[at + 1]), most = _wtoi(words[at + 2]);
      at += 2;
      if (!CreateSemaphoreW(NULL, value, most, name)) return 3;
    } else if (wcscmp(what, L"mutex") == 0) {
      if (!CreateMutexW(NULL, TRUE, name)) return 4;
    } else {
      return 5;
    }
  }
  fclose(in(folder, L"ready", L"wb"));
  for (FILE* stop = NULL; !stop; stop = in(folder, L"stop", L"rb")) Sleep(10);
  return 0;
}
