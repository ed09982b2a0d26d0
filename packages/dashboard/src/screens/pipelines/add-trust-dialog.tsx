import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Field } from "../../ui/field.tsx";
import { ActionDialog } from "../key/action-dialog.tsx";
import { type KnownProvider, keepFilled, providerForms } from "./claims.ts";
import { KeyChoice } from "./key-choice.tsx";

const text = pipelineMessages.addTrust;
const providerNames = Object.keys(providerForms) as KnownProvider[];

/** Properties of `AddTrustDialog`. */
export interface AddTrustDialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks which jobs of which platform may rotate which keys. */
export function AddTrustDialog({ onDone, onClose }: AddTrustDialogProps) {
  const action = useAction();
  const [name, setName] = useState("");
  const [provider, setProvider] = useState<KnownProvider>("github");
  const [issuer, setIssuer] = useState("");
  const [claims, setClaims] = useState<Readonly<Record<string, string>>>({});
  const [keyIds, setKeyIds] = useState<readonly string[]>([]);
  const { failure } = action;
  const fields = failure?.kind === "fields" ? failure.fields : {};
  const form = providerForms[provider];
  const submit = async (): Promise<void> => {
    const result = await action.run((sdk) =>
      sdk.trusts.create({
        name,
        provider,
        ...(form.hasIssuer && { issuer: issuer.trim() }),
        claims: keepFilled(claims, form.claims),
        may: ["rotate"],
        keyIds,
      }),
    );
    if (result?.ok) onDone();
  };
  const claimPath = (claim: string): string => `/claims/${claim.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const shownPaths = ["/name", "/issuer", "/keyIds", ...form.claims.map(claimPath)];
  return (
    <ActionDialog
      {...action}
      title={text.title}
      shownPaths={shownPaths}
      submit={text.submit}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Field label={text.name} hint={text.nameHint} error={fields["/name"]}>
        {(control) => (
          <input
            {...control}
            value={name}
            autocomplete="off"
            data-autofocus=""
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={text.provider} error={fields["/provider"]}>
        {(control) => (
          <select
            {...control}
            value={provider}
            onChange={(event) => setProvider(event.currentTarget.value as KnownProvider)}
          >
            {providerNames.map((one) => (
              <option key={one} value={one}>
                {text.providers[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form.hasIssuer && (
        <Field label={text.issuer} hint={text.issuerHint} error={fields["/issuer"]}>
          {(control) => (
            <input
              {...control}
              type="url"
              value={issuer}
              autocomplete="off"
              onInput={(event) => setIssuer(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <fieldset>
        <legend>{text.claims}</legend>
        <p class="hint">{text.claimsHint}</p>
        {form.claims.map((claim) => (
          <Field key={claim} label={claim} error={fields[claimPath(claim)]}>
            {(control) => (
              <input
                {...control}
                value={claims[claim] ?? ""}
                autocomplete="off"
                spellcheck={false}
                onInput={(event) => setClaims({ ...claims, [claim]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
      </fieldset>
      <KeyChoice label={text.keys} chosen={keyIds} error={fields["/keyIds"]} onChange={setKeyIds} />
    </ActionDialog>
  );
}
