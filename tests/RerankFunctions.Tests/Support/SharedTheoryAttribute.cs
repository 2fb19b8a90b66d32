namespace RerankFunctions.Tests.Support;

/// <summary>A theory on material beside the repository; skipped, by name, where that is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedMaterial.Folder is null)
        {
            Skip = "../shared is not there";
        }
    }
}
