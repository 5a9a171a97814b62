// What a libstdc++ of glibc takes from there and musl does not have.
#include <sys/random.h>

char __libc_single_threaded = 0;

unsigned arc4random(void) {
  unsigned number = 0;
  getrandom(&number, sizeof number, 0);
  return number;
}

/// "I do not know": then the unwinder asks in another way.
int _dl_find_object(void* address, void* result) {
  (void)address, (void)result;
  return -1;
}
