/**
 * Native keys: which object of the operating system a key means. One identity string everywhere, the form of
 * Qt's QNativeIpcKey::toString() (qtbase src/corelib/ipc/qtipccommon.cpp), with two forms of our own for
 * System V segments that have no key file.
 */
export type NativeKey =
  /** `posix:/name` */
  | { readonly type: 'posix'; readonly name: string; readonly legacyKey?: string }
  /** `systemv:/path` (project id 0x51, 'Q') or `systemv-84:/path` */
  | {
      readonly type: 'systemv';
      readonly path: string;
      readonly projectId: number;
      readonly legacyKey?: string;
    }
  /** `systemv-key:0x51000001` */
  | { readonly type: 'systemv-key'; readonly key: number }
  /** `systemv-id:7` */
  | { readonly type: 'systemv-id'; readonly shmid: number };
