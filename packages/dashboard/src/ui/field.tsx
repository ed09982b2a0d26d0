import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { messages } from "../messages.ts";

/** What an input needs to belong to its field. */
export interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": "true" | undefined;
}

/** Properties of `Field`. */
export interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Why the value was refused, in the words of the server. */
  readonly error?: ComponentChildren;
  /** Whether the label says that the field may stay empty. */
  readonly isOptional?: boolean;
  readonly children: (control: FieldControl) => ComponentChildren;
}

/** A labeled input with a hint and the error beside it. */
export function Field({ label, hint, error, isOptional = false, children }: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== "";
  const described = [hasError && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class={hasError ? "field invalid" : "field"}>
      <label for={id}>
        {label}
        {isOptional && <span class="optional"> {messages.optional}</span>}
      </label>
      {children({
        id,
        "aria-describedby": described === "" ? undefined : described,
        "aria-invalid": hasError ? "true" : undefined,
      })}
      {hasError && (
        <p id={`${id}-error`} class="error">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
