import type { ApiKey } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog, type ChangeListeners } from "../../ui/action-dialog.tsx";
import { TextField } from "../../ui/field.tsx";

const text = keyMessages.rename;

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
      title={text.title}
      shownPaths={["/name"]}
      submit={text.title}
      onSubmit={() => void action.run((sdk) => sdk.keys.rename(apiKey.id, name), onDone)}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        error={action.fields["/name"]}
        value={name}
        hasAutofocus
        onFocus={(event) => event.currentTarget.select()}
        onText={setName}
      />
    </ActionDialog>
  );
}
