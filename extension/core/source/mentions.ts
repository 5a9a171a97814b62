/**
 * Whether a source text can have a call that the table in families/ recognises: each of its words has one of these in
 * it. Small, because it decides whether anything else is loaded.
 */
export function mentions(text: string): boolean {
  return /SharedMemory|ShareableList|QNativeIpcKey|shm_|shmget|ftok|FileMapping|MemoryMapped|shared_memory|os_id/.test(
    text,
  );
}
