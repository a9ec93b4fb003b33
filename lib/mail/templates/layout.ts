// The frame that all mails share.

/** @param content MJML elements that stand in the mail's one column */
export const layout = (content: string): string => `
<mjml lang="en">
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="24px" color="#1f2933" />
      <mj-table font-size="16px" line-height="28px" color="#1f2933" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f5f7fa" width="600px">
    <mj-section padding="24px 0 8px"><mj-column><mj-text font-size="20px" font-weight="bold" color="#0b7a75">Errand</mj-text></mj-column></mj-section>
    <mj-section background-color="#ffffff" border-radius="8px" padding="16px">
      <mj-column>${content}</mj-column>
    </mj-section>
    <mj-section><mj-column><mj-text font-size="12px" color="#7b8794">You get this mail because of an order or an account of yours.</mj-text></mj-column></mj-section>
  </mj-body>
</mjml>`
