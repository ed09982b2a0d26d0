import { fchownSync, statSync } from "node:fs";

/**
 * Gives a file that was just created to the owner of another one, or of a folder, as far as we may. By its descriptor: whoever
 * owns the folder could exchange the path for a link.
 */
export function giveToOwnerOf(file: number, other: string): void {
  const { uid, gid } = statSync(other);
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root may, and only root needs to.
  }
}
