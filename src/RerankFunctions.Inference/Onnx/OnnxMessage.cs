namespace RerankFunctions.Inference.Onnx;

/// <summary>The messages of an ONNX file that are read field by field.</summary>
internal enum OnnxMessage
{
    Model,
    OperatorSet,
    Graph,
    Function,
    TrainingInfo,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    Annotation,
    Entry,
    Value,
    Type,
    TensorType,
    ElementOf,
    MapType,
    Shape,
    Dim,
}
