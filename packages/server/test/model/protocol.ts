import type { RunHabits } from "./rotation-run.ts";
import type { ServerRules } from "./rotation-server.ts";

/** The modeled system. */
export interface Protocol {
  readonly rules: ServerRules;
  readonly habits: RunHabits;
  /** Whether people abort pending rotations, without force. */
  readonly hasPeople: boolean;
  /** Whether a rerun may end with the question which of three delivered pending secrets is in use. */
  readonly mayAskPerson: boolean;
}

/** The actual rules of the server. */
export const rotationRules: ServerRules = {
  mode: "staged",
  hasGrace: false,
  replaysRotate: true,
  newPendingEndsOthers: false,
  rotateAwaitsLease: true,
  renewAllowsDelivery: true,
  renewsFinished: false,
  finishNeedsLease: true,
  finishNamesLease: true,
  finishFreesSharedLease: false,
};

/** The actual habits of the CLI. */
export const rotationHabits: RunHabits = {
  order: "deliver, then finish",
  checksLease: true,
  writesImmediately: true,
  redelivers: "always",
  keepsLease: true,
};
