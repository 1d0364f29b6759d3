/** What we use of pdfmake on a server; its published types are a browser's, with all of the DOM. */
declare module 'pdfmake' {
  export interface Text {
    readonly text: string;
  }

  export type Content =
    | string
    | Text
    | { readonly stack: readonly Content[]; readonly width?: number | string }
    | { readonly columns: readonly Content[]; readonly margin?: readonly number[] }
    | {
        readonly table: {
          readonly widths: readonly (number | string)[];
          readonly body: readonly (readonly Content[])[];
          readonly headerRows?: number;
          readonly dontBreakRows?: boolean;
        };
        readonly layout: string | TableLayout;
        readonly margin?: readonly number[];
      };

  export interface TableLayout {
    readonly hLineWidth?: (row: number, node: { readonly table: { readonly body: readonly unknown[] } }) => number;
    readonly vLineWidth?: () => number;
    readonly hLineColor?: () => string;
    readonly fillColor?: () => string;
    readonly paddingTop?: () => number;
    readonly paddingBottom?: () => number;
  }

  export interface DocumentDefinition {
    readonly pageSize: string;
    readonly pageMargins: readonly number[];
    readonly info: Readonly<Record<string, string | Date>>;
    readonly defaultStyle: Readonly<Record<string, string | number>>;
    readonly watermark?: Readonly<Record<string, string | number | boolean>>;
    readonly header: (page: number) => Content;
    readonly footer: (page: number, pages: number) => Content;
    readonly content: readonly Content[];
  }

  const pdfmake: {
    setFonts(
      fonts: Readonly<Record<string, Readonly<Record<'normal' | 'bold' | 'italics' | 'bolditalics', string>>>>,
    ): void;
    setUrlAccessPolicy(isAllowed: (url: string) => boolean): void;
    setLocalAccessPolicy(isAllowed: (path: string) => boolean): void;
    createPdf(definition: DocumentDefinition): { getBuffer(): Promise<Uint8Array> };
  };
  export default pdfmake;
}
