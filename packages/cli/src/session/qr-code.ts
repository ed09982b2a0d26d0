import { renderUnicodeCompact } from "uqr";

/** Returns a text as a QR code for a terminal, two rows of it in each line. */
export function drawQrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2 });
}
