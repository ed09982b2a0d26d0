import type { RunHabits } from "./rotation-run.ts";
import type { ServerRules } from "./rotation-server.ts";

/** What is modelled. */
export interface Protocol {
  readonly rules: ServerRules;
  readonly habits: RunHabits;
  /** Whether people abort pending rotations, without force. */
  readonly hasPeople: boolean;
  /** Whether a rerun may end in the question which of three pending secrets, each of them handed out, is in use. */
  readonly mayAskPerson: boolean;
}

/** The server as it is. */
export const rotationRules: ServerRules = {
  mode: "staged",
  hasGrace: false,
  replaysRotate: true,
  newPendingEndsOthers: false,
  rotateAwaitsLease: true,
  renewHandsOut: true,
  renewsFinished: false,
  finishNeedsLease: true,
  finishNamesLease: true,
  finishFreesSharedLease: false,
};

/** The CLI as it is. */
export const rotationHabits: RunHabits = {
  order: "deliver, then finish",
  looksAtLease: true,
  writesAtOnce: true,
  deliversAgain: "always",
  keepsLease: true,
};
