import type { ApiKey, LiveSecret } from "@briksync/sdk/browser";
import { useId, useState } from "preact/hooks";
import { formatExact } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { RevealDialog } from "../../secrets/reveal-dialog.tsx";
import { useSecretRequest } from "../../secrets/use-secret-request.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { TakeOver, TakeOverLease } from "./consent.tsx";

const text = keyMessages.rotate;

/** How long the old secret works after a rotation, in seconds. "overlap": until the user finishes the rotation. */
type RotationChoice = "overlap" | number;

const choices: readonly (readonly [RotationChoice, string, string?])[] = [
  ["overlap", text.overlap, text.overlapHint],
  ...Object.entries(text.grace).map(([seconds, label]) => [Number(seconds), label] as const),
  [0, text.now, text.nowHint],
];

interface RotateDialogProps {
  readonly apiKey: ApiKey;
  readonly secrets: readonly LiveSecret[];
  /** Runs when the key may have a new secret. */
  readonly onChange: () => void;
  readonly onClose: (isRotated: boolean) => void;
}

/** Asks what happens to the old secret, rotates, and shows the new one. */
export function RotateDialog({ apiKey, secrets, onChange, onClose }: RotateDialogProps) {
  const call = useSecretRequest();
  const [choice, setChoice] = useState<RotationChoice>("overlap");
  const [hasConsent, setConsent] = useState(false);
  const { isPending, mayHaveTakenEffect, failure } = call;
  const isStaged = choice === "overlap";
  const holder = isStaged && failure?.kind === "busy" ? failure.holder : null;
  // The server ends pending rotations without a warning when the old secret gets an expiry.
  const ended = isStaged ? undefined : secrets.findLast(({ state }) => state === "pending");
  const needsConsent = holder !== null || ended !== undefined;
  const submit = async (): Promise<void> => {
    const graceSeconds = isStaged ? 0 : choice;
    const isTakeOver = holder !== null && hasConsent;
    await call.send({ kind: "rotate", keyId: apiKey.id, name: apiKey.name, isStaged, graceSeconds, isTakeOver });
    onChange();
  };
  if (call.secret !== null) {
    return (
      <RevealDialog secret={call.secret} onConfirm={() => call.confirm(() => onClose(true))}>
        <p class="notice">{describeNext(choice)}</p>
      </RevealDialog>
    );
  }
  const choose = (next: RotationChoice): void => {
    setChoice(next);
    setConsent(false);
  };
  const isUnknown = mayHaveTakenEffect && failure?.kind === "unknown-outcome";
  return (
    <ActionDialog
      title={text.heading}
      isPending={isPending}
      failure={isUnknown ? { ...failure, message: text.unknown } : failure?.kind === "busy" ? null : failure}
      submit={holder !== null ? text.submitTakeOver : choice === 0 ? text.submitNow : text.submit}
      tone={choice === 0 || needsConsent ? "danger" : "primary"}
      isBlocked={needsConsent && !hasConsent && !mayHaveTakenEffect}
      onSubmit={() => void submit()}
      onClose={() => onClose(false)}
    >
      <RotationChoices choice={choice} isLocked={isPending || mayHaveTakenEffect} onChoose={choose} />
      {holder !== null && <TakeOverLease holder={holder} isGiven={hasConsent} onChange={setConsent} />}
      {ended !== undefined && (
        <TakeOver
          who={ended.createdBy}
          since={ended.createdOn}
          label={text.endIt}
          isGiven={hasConsent}
          onChange={setConsent}
        >
          {text.alsoEnds}
        </TakeOver>
      )}
    </ActionDialog>
  );
}

function describeNext(choice: RotationChoice): string {
  if (choice === "overlap") return text.next.overlap;
  if (choice === 0) return text.next.now;
  return text.next.grace(formatExact(new Date(Date.now() + choice * 1000).toISOString()));
}

interface RotationChoicesProps {
  readonly choice: RotationChoice;
  /** Whether the choice can no longer change, because a request with it may have taken effect. */
  readonly isLocked: boolean;
  readonly onChoose: (choice: RotationChoice) => void;
}

/** The choices for the old secret. */
function RotationChoices({ choice, isLocked, onChoose }: RotationChoicesProps) {
  const id = useId();
  return (
    <fieldset class="choices">
      <legend class="label">{text.legend}</legend>
      {choices.map(([value, label, hint]) => (
        <div key={value} class="choice">
          <label class="check">
            <input
              type="radio"
              name={id}
              checked={choice === value}
              aria-describedby={hint === undefined ? undefined : `${id}-${value}`}
              data-autofocus={value === "overlap" ? "" : undefined}
              onClick={(event) => isLocked && event.preventDefault()}
              onInput={() => onChoose(value)}
            />
            {label}
          </label>
          {hint !== undefined && (
            <p class="hint" id={`${id}-${value}`}>
              {hint}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  );
}
