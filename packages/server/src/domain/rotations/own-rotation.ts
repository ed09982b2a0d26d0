import { AppError } from "../../errors.ts";
import type { SecretRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";

/**
 * Refuses a pipeline that changes a rotation of somebody else, or takes the lease of another rotation over. All runs of
 * a trust own its rotations, so that another run can continue what a dead one started.
 * @throws {AppError} SCOPE_DENIED.
 */
export function requireOwnRotation(
  actor: Actor,
  rotation: SecretRecord,
  { takeOver }: { readonly takeOver?: boolean } = {},
): void {
  if (actor.kind === "user") return;
  if (rotation.pipelineId !== actor.id) {
    throw new AppError("SCOPE_DENIED", { message: "A pipeline can change only the rotations that it started" });
  }
  if (takeOver !== undefined) throw new AppError("SCOPE_DENIED", { message: "A pipeline cannot use takeOver" });
}
