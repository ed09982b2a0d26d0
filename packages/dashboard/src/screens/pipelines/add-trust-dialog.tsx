import type { ApiKey, CreateTrustInput, Trust, TrustProvider } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { ActionDialog, type ChangeListeners } from "../../ui/action-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { isResultOf, keepFilled, providerForms } from "./claims.ts";
import { isKeyPath, KeyChoice } from "./key-choice.tsx";

const text = pipelineMessages.addTrust;

interface AddTrustDialogProps extends ChangeListeners<Trust> {
  /** The trusts of the company. */
  readonly trusts: readonly Trust[];
  readonly keys: readonly ApiKey[];
}

/** Asks which jobs of which platform may rotate which keys. */
export function AddTrustDialog({ trusts, keys, onDone, onClose }: AddTrustDialogProps) {
  const { failure, fields, isPending, run } = useAction();
  const [name, setName] = useState("");
  const [provider, setProvider] = useState<TrustProvider>("github");
  const [issuer, setIssuer] = useState("");
  const [claims, setClaims] = useState<Readonly<Record<string, string>>>({});
  const [keyIds, setKeyIds] = useState<readonly string[]>([]);
  const [idsBefore] = useState(() => new Set(trusts.map(({ id }) => id)));
  const isUnknown = failure?.kind === "unknown-outcome";
  const form = providerForms[provider];
  const submit = (): void => {
    const input: CreateTrustInput = {
      name,
      provider,
      ...(form.issuer !== undefined && issuer.trim() !== "" && { issuer: issuer.trim() }),
      claims: keepFilled(claims, form.claims),
      may: ["rotate"],
      keyIds,
    };
    void run(async (sdk) => {
      // The server cannot recognize a repetition. Without this check, it would create a second trust.
      const found = (isUnknown ? await sdk.trusts.list() : []).find(
        (trust) => !idsBefore.has(trust.id) && isResultOf(trust, input),
      );
      return found ?? sdk.trusts.create(input);
    }, onDone);
  };
  const claimPath = (claim: string): string => `/claims/${claim.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const shownPaths = ["/name", "/issuer", ...form.claims.map(({ claim }) => claimPath(claim))];
  return (
    <ActionDialog
      isPending={isPending}
      failure={isUnknown ? { ...failure, message: text.unknown } : failure}
      title={text.title}
      shownPaths={[...shownPaths, ...Object.keys(fields).filter(isKeyPath)]}
      submit={text.submit}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        hint={text.nameHint}
        error={fields["/name"]}
        value={name}
        hasAutofocus
        onText={setName}
      />
      <SelectField
        label={text.provider}
        value={provider}
        options={Object.entries(text.providers)}
        onChoose={(value) => setProvider(value as TrustProvider)}
      />
      {form.issuer !== undefined && (
        <TextField
          label={text.issuer}
          hint={text.example(form.issuer.example)}
          isOptional={form.issuer.isOptional}
          error={fields["/issuer"]}
          type="url"
          value={issuer}
          onText={setIssuer}
        />
      )}
      <fieldset class="choices">
        <legend class="label">{text.claims}</legend>
        <p class="hint">{text.claimsHint}</p>
        {form.claims.map(({ claim, example, isOptional = false }) => (
          <TextField
            key={claim}
            label={claim}
            hint={example === undefined ? undefined : text.example(example)}
            isOptional={isOptional}
            error={fields[claimPath(claim)]}
            value={claims[claim] ?? ""}
            spellcheck={false}
            onText={(value) => setClaims({ ...claims, [claim]: value })}
          />
        ))}
      </fieldset>
      <KeyChoice
        label={text.keys}
        keys={keys}
        chosen={keyIds}
        fields={fields}
        isLocked={isPending}
        onChange={setKeyIds}
      />
    </ActionDialog>
  );
}
