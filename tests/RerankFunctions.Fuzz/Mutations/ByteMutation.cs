namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Mutates bytes of any format.</summary>
internal static class ByteMutation
{
    public static byte[] Mutate(byte[] bytes, Random random)
    {
        var result = bytes;
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            result = Once(result, random);
        }

        return result;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        var at = random.Next(bytes.Length);
        var length = Math.Min(random.Next(1, 64), bytes.Length - at);
        switch (random.Next(7))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                var inserted = new byte[length];
                random.NextBytes(inserted);
                return [.. bytes[..at], .. inserted, .. bytes[at..]];
            case 3:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            default:
                var changed = (byte[])bytes.Clone();
                for (var i = 0; i < random.Next(1, 8); i++)
                {
                    changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                }

                return changed;
        }
    }
}
