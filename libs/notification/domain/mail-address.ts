const ADDRESS_MAX = 254;

/** Whether a text is a plain e-mail address, `name@host`: without a display name, quotes or comments. */
export function isMailAddress(text: string): boolean {
  if (text.length > ADDRESS_MAX) return false;
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text);
}
