import type { ApiKey, CreateTrustInput, Trust, TrustProvider } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Field } from "../../ui/field.tsx";
import { ActionDialog } from "../key/action-dialog.tsx";
import { isAnswerTo, keepFilled, providerForms } from "./claims.ts";
import { isKeyPath, KeyChoice } from "./key-choice.tsx";

const text = pipelineMessages.addTrust;

/** Properties of `AddTrustDialog`. */
export interface AddTrustDialogProps {
  /** The trusts of the company. */
  readonly trusts: readonly Trust[];
  readonly keys: readonly ApiKey[];
  readonly onDone: (trust: Trust) => void;
  readonly onClose: () => void;
}

/** Asks which jobs of which platform may rotate which keys. */
export function AddTrustDialog({ trusts, keys, onDone, onClose }: AddTrustDialogProps) {
  const action = useAction();
  const [name, setName] = useState("");
  const [provider, setProvider] = useState<TrustProvider>("github");
  const [issuer, setIssuer] = useState("");
  const [claims, setClaims] = useState<Readonly<Record<string, string>>>({});
  const [keyIds, setKeyIds] = useState<readonly string[]>([]);
  const [idsBefore] = useState(() => new Set(trusts.map(({ id }) => id)));
  const { failure, isPending } = action;
  const isUnknown = failure?.kind === "unknown-outcome";
  const fields = failure?.kind === "fields" ? failure.fields : {};
  const form = providerForms[provider];
  const submit = async (): Promise<void> => {
    const input: CreateTrustInput = {
      name,
      provider,
      ...(form.issuer !== undefined && issuer.trim() !== "" && { issuer: issuer.trim() }),
      claims: keepFilled(claims, form.claims),
      may: ["rotate"],
      keyIds,
    };
    const result = await action.run(async (sdk) => {
      // The server cannot recognize a repetition. Without this check, it would create a second trust.
      const found = (isUnknown ? await sdk.trusts.list() : []).find(
        (trust) => !idsBefore.has(trust.id) && isAnswerTo(trust, input),
      );
      return found ?? sdk.trusts.create(input);
    });
    if (result?.ok) onDone(result.value);
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
      <Field label={text.provider}>
        {(control) => (
          <select
            {...control}
            value={provider}
            onChange={(event) => setProvider(event.currentTarget.value as TrustProvider)}
          >
            {Object.entries(text.providers).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form.issuer !== undefined && (
        <Field
          label={text.issuer}
          hint={text.example(form.issuer.example)}
          isOptional={form.issuer.isOptional}
          error={fields["/issuer"]}
        >
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
      <fieldset class="choices">
        <legend class="label">{text.claims}</legend>
        <p class="hint">{text.claimsHint}</p>
        {form.claims.map(({ claim, example, isOptional = false }) => (
          <Field
            key={claim}
            label={claim}
            hint={example === undefined ? undefined : text.example(example)}
            isOptional={isOptional}
            error={fields[claimPath(claim)]}
          >
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
