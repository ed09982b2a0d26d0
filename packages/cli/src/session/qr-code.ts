import { renderUnicodeCompact } from "uqr";

/** Returns a text as a QR code for a terminal. Each line shows two rows of the code. */
export function drawQrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2 });
}
