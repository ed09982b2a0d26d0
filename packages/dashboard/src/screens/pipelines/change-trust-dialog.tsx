import { type ApiKey, type BrikSync, isApiError, type Trust } from "@briksync/sdk/browser";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { type ChangeListeners, ConfirmDialog } from "../../ui/action-dialog.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { KeyNames } from "./key-names.tsx";

const text = pipelineMessages.changeTrust;

/** A change of a trust that already exists. */
export type TrustChange = "disable" | "enable" | "remove";

const work: Readonly<Record<TrustChange, (sdk: BrikSync, id: string) => Promise<unknown>>> = {
  disable: (sdk, id) => sdk.trusts.disable(id),
  enable: (sdk, id) => sdk.trusts.enable(id),
  remove: (sdk, id) =>
    sdk.trusts.remove(id).catch((error: unknown) => {
      // Another admin, or the attempt whose answer was lost, has already removed it.
      if (!isApiError(error, "NOT_FOUND")) throw error;
    }),
};

/** `onDone` gets what to tell the user. */
interface ChangeTrustDialogProps extends ChangeListeners<string> {
  readonly change: TrustChange;
  readonly trust: Trust;
  readonly keys: readonly ApiKey[];
}

/** Asks before a trust is disabled, enabled or removed. Shows what the jobs then lose or get. */
export function ChangeTrustDialog({ change, trust, keys, onDone, onClose }: ChangeTrustDialogProps) {
  const { action, effect, done } = text[change];
  return (
    <ConfirmDialog
      title={`${pipelineMessages.of(action, trust.name)}?`}
      submit={action}
      tone={change === "enable" ? "primary" : "danger"}
      work={(sdk) => work[change](sdk, trust.id)}
      onDone={() => onDone(done)}
      onClose={onClose}
    >
      <p>{effect}</p>
      {change === "enable" && (
        <p>
          <KeyNames keyIds={trust.keyIds} keys={keys} />
        </p>
      )}
      {change !== "enable" && trust.lastRun !== null && (
        <p>
          {text.lastRun} <LastUse lastUsedAt={trust.lastRun.on} />.
        </p>
      )}
    </ConfirmDialog>
  );
}
