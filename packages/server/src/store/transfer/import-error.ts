/** The input is not an export of this version. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}
