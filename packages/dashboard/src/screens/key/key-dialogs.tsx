import type { ApiKey, LiveSecret } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { formatCount } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog, type ChangeListeners } from "../../ui/action-dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { LastUse } from "../../ui/last-use.tsx";

const { rename, revoke } = keyMessages;
const recentMs = 7 * 86_400_000;

interface RenameDialogProps extends ChangeListeners<ApiKey> {
  readonly apiKey: ApiKey;
}

/** Asks for another name of a key. */
export function RenameDialog({ apiKey, onDone, onClose }: RenameDialogProps) {
  const action = useAction();
  const [name, setName] = useState(apiKey.name);
  return (
    <ActionDialog
      {...action}
      title={rename.title}
      shownPaths={["/name"]}
      submit={rename.title}
      onSubmit={() => void action.run((sdk) => sdk.keys.rename(apiKey.id, name), onDone)}
      onClose={onClose}
    >
      <TextField
        label={rename.name}
        error={action.fields["/name"]}
        value={name}
        hasAutofocus
        onFocus={(event) => event.currentTarget.select()}
        onText={setName}
      />
    </ActionDialog>
  );
}

interface RevokeDialogProps extends ChangeListeners<ApiKey> {
  readonly apiKey: ApiKey;
  readonly secrets: readonly LiveSecret[];
}

/** Asks before a key is revoked. If the key was used in the last 7 days, the user must type its name. */
export function RevokeDialog({ apiKey, secrets, onDone, onClose }: RevokeDialogProps) {
  const action = useAction();
  const [typed, setTyped] = useState("");
  const { id, name, clientId, status, lastUsedAt } = apiKey;
  // Another user can revoke the key while the dialog is open.
  const isRevoked = status !== "active";
  const isRecent = lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < recentMs;
  return (
    <ActionDialog
      {...action}
      title={revoke.heading(name)}
      submit={revoke.submit}
      tone="danger"
      isBlocked={isRecent && typed.trim() !== name.trim()}
      isOver={isRevoked && !action.isPending}
      isCautious
      onSubmit={() => void action.run((sdk) => sdk.keys.revoke(id), onDone)}
      onClose={onClose}
    >
      {isRevoked ? (
        <p>{revoke.already}</p>
      ) : (
        <>
          <p>{revoke.effect(clientId, formatCount(secrets.length, "secret", "secrets"))}</p>
          <p>
            {lastUsedAt === null ? (
              revoke.unused
            ) : (
              <>
                {revoke.used} <LastUse {...apiKey} />.
              </>
            )}
          </p>
        </>
      )}
      {isRecent && !isRevoked && (
        <TextField
          label={revoke.typeName(name)}
          hint={revoke.typeHint}
          spellcheck={false}
          value={typed}
          onText={setTyped}
        />
      )}
    </ActionDialog>
  );
}
