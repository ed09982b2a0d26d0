import { useId } from "preact/hooks";
import { keyMessages } from "../../key-messages.ts";

const text = keyMessages.rotate;

/** How long the old secret works after a rotation, in seconds. "overlap": until the user finishes the rotation. */
export type RotationChoice = "overlap" | number;

const choices: readonly (readonly [RotationChoice, string, string?])[] = [
  ["overlap", text.overlap, text.overlapHint],
  ...Object.entries(text.grace).map(([seconds, label]) => [Number(seconds), label] as const),
  [0, text.now, text.nowHint],
];

/** Properties of `RotationChoices`. */
export interface RotationChoicesProps {
  readonly choice: RotationChoice;
  /** Whether the choice can no longer change, because a request with it may have taken effect. */
  readonly isLocked: boolean;
  readonly onChoose: (choice: RotationChoice) => void;
}

/** What can happen to the old secret. */
export function RotationChoices({ choice, isLocked, onChoose }: RotationChoicesProps) {
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
