/* Every call that is to be found says after it what it names: sense, text, project id.
 * shm_open("/in-a-comment", O_RDWR, 0600); "not a string */
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#define NAME "/by-macro"
#define TWICE "/one"
#undef TWICE
#define TWICE "/two"
static const char kName[] = "/by-constant";
// shm_open("/in-a-line-comment", O_RDWR, 0600); \
   shm_open("/goes-on", O_RDWR, 0600);

int calls(const char* name, int separated) {
  int fd = shm_open("/plain", O_CREAT | O_RDWR, 0600);  //= posix-name /plain
  fd = shm_open(                                        //= posix-name /lines
      "/li"
      "nes",
      O_RDWR, 0600);
  fd = shm_open("/tab\tquote\"\u5171", O_RDWR, 0);  //= posix-name /tab	quote"共
  fd = shm_open(NAME, O_RDWR, 0);                   //= posix-name /by-macro
  fd = shm_open(kName, O_RDWR, 0);                  //= posix-name /by-constant
  fd = shm_open(TWICE, O_RDWR, 0);
  fd = shm_open(NAME "-more", O_RDWR, 0);  //= posix-name /by-macro-more
  fd = shm_open(name, O_RDWR, 0);
  fd = shm_open("/bytes\xe5\x85\xb1", O_RDWR, 0);
  fd = shm_open(separated ? "/a" : "/b", O_RDWR, 0);
  shm_unlink("/plain");  //= posix-name /plain
  puts("shm_open(\"/in-a-string\", O_RDWR, 0600)");
  int quote = '"', digits = 1000;
  shm_unlink("/after-a-quote");  //= posix-name /after-a-quote

  key_t key = ftok("/tmp/file", 'T');            //= key-file /tmp/file 84
  int id = shmget(key, 100, IPC_CREAT);          //= key-file /tmp/file 84
  id = shmget(ftok("relative", 65), 100, 0600);  //= key-file relative 65
  key = ftok(name, 1);
  id = shmget(key, 100, 0600);
  id = shmget(0x51000001, 100, 0600);  //= key-number 1358954497
  id = shmget((key_t)1234, 100, 0600);
  id = shmget(4660, 100, 0600);  //= key-number 4660
  id = shmget(IPC_PRIVATE, 100, 0600);
  if ((key = ftok("/tmp/if", 0x2a)) == -1) return id;  //= key-file /tmp/if 42
  return shmget(key, 0, 0);                            //= key-file /tmp/if 42
}
