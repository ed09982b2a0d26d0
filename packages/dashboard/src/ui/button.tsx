import type { ButtonHTMLAttributes, Ref } from "preact";

/** Attributes of a button, and how it looks. */
export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  readonly tone?: "primary" | "danger" | "plain" | "quiet";
  /** Whether its call is running. It then ignores clicks and keeps the focus. */
  readonly isPending?: boolean;
  /** Whether it cannot be used. It keeps the focus, and `aria-describedby` should name the reason. */
  readonly isDisabled?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button. While its call is running, it does nothing. */
export function Button({ tone = "plain", isPending = false, isDisabled = false, ...props }: ButtonProps) {
  const isInert = isPending || isDisabled;
  return (
    <button
      type="button"
      {...props}
      class={`button ${tone}${isPending ? " pending" : ""}`}
      aria-disabled={isInert ? "true" : undefined}
      aria-busy={isPending ? "true" : undefined}
      onClick={(event) => {
        if (isInert) event.preventDefault();
        else props.onClick?.(event);
      }}
    />
  );
}
