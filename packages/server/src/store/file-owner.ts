import { fchownSync, statSync } from "node:fs";

/**
 * Sets the owner of a new file to the owner of another file or folder, if permitted. Uses the descriptor, because the
 * owner of the folder could replace the path with a link.
 */
export function giveToOwnerOf(file: number, other: string): void {
  const { uid, gid } = statSync(other);
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root can do this, and only root needs to.
  }
}
