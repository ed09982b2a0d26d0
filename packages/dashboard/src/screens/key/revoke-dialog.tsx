import type { ApiKey, LiveSecret } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { formatCount } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog, type ChangeListeners } from "../../ui/action-dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { LastUse } from "../../ui/last-use.tsx";

const text = keyMessages.revoke;
const RECENT_MS = 7 * 86_400_000;

interface RevokeDialogProps extends ChangeListeners<ApiKey> {
  readonly apiKey: ApiKey;
  readonly secrets: readonly LiveSecret[];
}

/** Asks before a key is revoked. A key that was used in the last 7 days needs its name. */
export function RevokeDialog({ apiKey, secrets, onDone, onClose }: RevokeDialogProps) {
  const action = useAction();
  const [typed, setTyped] = useState("");
  const { id, name, clientId, status, lastUsedAt } = apiKey;
  // Another user can revoke the key while the dialog is open.
  const isRevoked = status !== "active";
  const isRecent = lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < RECENT_MS;
  return (
    <ActionDialog
      {...action}
      title={text.heading(name)}
      submit={text.submit}
      tone="danger"
      isBlocked={isRecent && typed.trim() !== name.trim()}
      isOver={isRevoked && !action.isPending}
      isCautious
      onSubmit={() => void action.run((sdk) => sdk.keys.revoke(id), onDone)}
      onClose={onClose}
    >
      {isRevoked ? (
        <p>{text.already}</p>
      ) : (
        <>
          <p>{text.effect(clientId, formatCount(secrets.length, "secret", "secrets"))}</p>
          <p>
            {lastUsedAt === null ? (
              text.unused
            ) : (
              <>
                {text.used} <LastUse {...apiKey} />.
              </>
            )}
          </p>
        </>
      )}
      {isRecent && !isRevoked && (
        <TextField
          label={text.typeName(name)}
          hint={text.typeHint}
          spellcheck={false}
          value={typed}
          onText={setTyped}
        />
      )}
    </ActionDialog>
  );
}
