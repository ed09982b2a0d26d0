import { useEffect, useRef, useState } from "preact/hooks";
import { messages } from "../messages.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { useAnnounce } from "./live-region.tsx";

/** How a copy ended. `selected`: the text could not be copied, so it is selected for the user. */
type CopyResult = "copied" | "selected";

const shownMs = 2000;

interface CopyButtonProps extends Pick<ButtonProps, "tone"> {
  readonly text: string;
  /** The kind of text, such as "client ID". It is part of the name of the button. Without it, the name is "Copy". */
  readonly what?: string;
  /** Called after a click with whether the text was copied. */
  readonly onCopied?: () => void;
  /** Runs before the text is selected, if copying is not possible. */
  readonly onSelect?: () => void;
  readonly hasAutofocus?: boolean;
}

/** Copies a text. If the browser cannot copy it, selects the text and says which keys to press. */
export function CopyButton(props: CopyButtonProps) {
  const { text, what, onCopied, onSelect, hasAutofocus = false, tone = "plain" } = props;
  const [result, setResult] = useState<CopyResult | null>(null);
  const announce = useAnnounce();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (result !== "copied") return undefined;
    const timer = setTimeout(() => setResult(null), shownMs);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async (): Promise<void> => {
    const isCopied = (await copyText(text)) || (button.current !== null && copyBySelection(button.current, text));
    setResult(isCopied ? "copied" : "selected");
    announce(isCopied ? messages.copy.copied(what) : messages.copy.selected);
    if (isCopied) onCopied?.();
    else onSelect?.();
  };
  return (
    <>
      <Button
        ref={button}
        tone={tone}
        aria-label={what === undefined ? undefined : `${messages.copy.action} ${what}`}
        data-autofocus={hasAutofocus ? "" : undefined}
        onClick={copy}
      >
        {result === "copied" ? messages.copy.done : messages.copy.action}
      </Button>
      {result === "selected" && (
        <div class="copy-by-hand">
          <p class="hint">{messages.copy.selected}</p>
          <textarea readOnly rows={1} aria-label={what ?? messages.copy.text} ref={selectAll} value={text} />
        </div>
      )}
    </>
  );
}

/** Copies with the clipboard API. The API is missing on pages without TLS, and a policy can forbid it. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard === undefined) return false;
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copies from a text area beside the button. Outside of an open dialog, it could not take the focus. */
function copyBySelection(button: HTMLElement, text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "hidden";
  button.after(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    button.focus();
  }
}

function selectAll(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.select();
}
