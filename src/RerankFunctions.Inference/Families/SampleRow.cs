using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families;

/// <summary>A row that a model runs at load, where quantization is measured.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Types">Segment of each token; empty where the model has no segments.</param>
internal sealed record SampleRow(long[] Ids, long[] Types)
{
    /// <summary>The pair of the row: what rerankers read, in several languages and scripts, with code and figures.</summary>
    public static ScoringRequest Request { get; } = new(
        "How do I return an order that arrived damaged, and who pays for it?",
        [
            "Damaged goods can be returned within 30 days. Print the label from your account, pack the item and hand it in at any post office; we pay "
            + "the postage. A refund of the full price (for example 24.90 EUR) arrives after 3 to 5 working days.\n"
            + "Beschädigte Ware nehmen wir kostenlos zurück. Les articles endommagés sont remboursés intégralement. Los gastos de envío corren por nuestra "
            + "cuenta.\n"
            + "如果商品在运输途中损坏，可以在三十天内免费退货。 返品の送料は当社が負担します。 Стоимость возврата оплачивает магазин. يمكن إرجاع السلع التالفة مجانا.\n"
            + "POST /v2/returns HTTP/1.1 {\"order\": 48213, \"reason\": \"damaged\"} returns 201 and a Location header.",
        ]);
}
