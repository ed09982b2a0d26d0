import type { ComponentChildren, InputHTMLAttributes, Ref } from "preact";
import { useId } from "preact/hooks";
import { messages } from "../messages.ts";

/** Attributes that connect an input with its field. */
interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": "true" | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren | undefined;
  /** Why the value was refused: the message of the server. */
  readonly error?: ComponentChildren;
  /** Whether the label says that the field may stay empty. */
  readonly isOptional?: boolean | undefined;
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

type TextAttributes = "autocapitalize" | "class" | "name" | "onFocus" | "readOnly" | "spellcheck" | "type";

interface TextFieldProps
  extends Omit<FieldProps, "children">,
    Pick<InputHTMLAttributes<HTMLInputElement>, TextAttributes> {
  readonly value: string;
  readonly hasAutofocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly onText: (value: string) => void;
}

/** A field for one line of text. The browser proposes nothing for it. */
export function TextField(props: TextFieldProps) {
  const { label, hint, error, isOptional, type, hasAutofocus, inputRef, onText, ...attributes } = props;
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {(control) => (
        <input
          {...control}
          {...attributes}
          // Preact's types do not allow an input whose type varies.
          type={type as "text"}
          ref={inputRef ?? null}
          autocomplete="off"
          data-autofocus={hasAutofocus ? "" : undefined}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Pick<FieldProps, "label" | "error"> {
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly isDisabled?: boolean;
  /** Groups of further options. */
  readonly children?: ComponentChildren;
  readonly onChoose: (value: string) => void;
}

/** A field for one of several options. */
export function SelectField({ value, options, isDisabled = false, children, onChoose, ...props }: SelectFieldProps) {
  return (
    <Field {...props}>
      {(control) => (
        <select
          {...control}
          value={value}
          disabled={isDisabled}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {options.map(([option, name]) => (
            <option key={option} value={option}>
              {name}
            </option>
          ))}
          {children}
        </select>
      )}
    </Field>
  );
}
