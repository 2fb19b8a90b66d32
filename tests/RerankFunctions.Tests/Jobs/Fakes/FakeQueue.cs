namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A storage queue in memory, with hiding, receipts and delivery counts.</summary>
internal sealed class FakeQueue(TimeProvider time)
{
    private readonly List<Message> _messages = [];
    private int _receipts;

    /// <summary>Every text ever sent.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>When the oldest visible message was inserted.</summary>
    public DateTimeOffset? Front =>
        _messages.Where(message => message.VisibleAt <= time.GetUtcNow()).Select(message => (DateTimeOffset?)message.InsertedAt).Min();

    public int Count => _messages.Count;

    public void Send(string text, TimeSpan delay)
    {
        Sent.Add(text);
        _messages.Add(new Message(text, time.GetUtcNow(), time.GetUtcNow() + delay));
    }

    /// <summary>Receives any visible message and hides it.</summary>
    public Delivery? Receive(TimeSpan hide, Random random)
    {
        // Most polls of the simulation find a queue that is empty.
        var now = time.GetUtcNow();
        var visible = _messages.Count == 0 ? [] : _messages.FindAll(message => message.VisibleAt <= now);
        if (visible.Count == 0)
        {
            return null;
        }

        var message = visible[random.Next(visible.Count)];
        message.VisibleAt = now + hide;
        message.Deliveries++;
        message.Receipt = ++_receipts;
        return new Delivery(message, message.Text, message.Deliveries, message.Receipt);
    }

    /// <summary>Deletes a message unless it has been delivered again.</summary>
    public bool Delete(Delivery delivery) => Holds(delivery) && _messages.Remove(delivery.Message);

    /// <summary>Shows a message after a delay unless it has been delivered again.</summary>
    public void Show(Delivery delivery, TimeSpan delay)
    {
        if (Holds(delivery))
        {
            delivery.Message.VisibleAt = time.GetUtcNow() + delay;
        }
    }

    private static bool Holds(Delivery delivery) => delivery.Message.Receipt == delivery.Receipt;

    internal sealed record Delivery(Message Message, string Text, int Deliveries, int Receipt);

    internal sealed class Message(string text, DateTimeOffset insertedAt, DateTimeOffset visibleAt)
    {
        public string Text => text;

        public DateTimeOffset InsertedAt => insertedAt;

        public DateTimeOffset VisibleAt { get; set; } = visibleAt;

        public int Deliveries { get; set; }

        public int Receipt { get; set; }
    }
}
